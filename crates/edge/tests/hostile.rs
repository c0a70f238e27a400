//! The exports called with whatever numbers: each call gives a number or panics in words, and touches nothing but its
//! blocks. Blocks end where their allocation ends, so that AddressSanitizer sees the first byte beyond.
//!
//! KESTIRME_HOSTILE_CALLS: how many, KESTIRME_HOSTILE_SEED: of which sequence.

use kestirme_edge::host::{BLOCK_STRIDE, BLOCKS, Block, Host};
use kestirme_edge::{Export, exports};
use kestirme_kernels::par::{Crew, with_crew};
use std::collections::HashMap;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Marsaglia's xorshift64*.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

const ODD: [f64; 20] = [
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    -0.0,
    -1.0,
    0.5,
    1e-310,
    2147483647.0,
    2147483648.0,
    4294967295.0,
    4294967296.0,
    -2147483649.0,
    9007199254740991.0,
    9007199254740993.0,
    18446744073709551615.0,
    1e300,
    1e6,
    65537.0,
    281474976710656.0,
    562949953421312.0,
];
/// Of sizes that fit each other now and then: channels are multiples of four.
const SIZES: [f64; 14] = [0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 4.0, 8.0, 8.0, 12.0, 16.0, 33.0];
const BYTES: usize = 1 << 16;

struct Caller {
    random: Random,
    host: Host,
    crew: Option<Arc<Crew>>,
    memory: Vec<Vec<u32>>,
    /// Of each class, some of which are gone.
    objects: HashMap<&'static str, Vec<f64>>,
    counts: HashMap<&'static str, [u64; 2]>,
}

fn words(panic: Box<dyn std::any::Any + Send>) -> String {
    let fixed = panic.downcast_ref::<&str>().map(|words| words.to_string());
    panic.downcast_ref::<String>().cloned().or(fixed).expect("a panic in words")
}

/// The number after `before` in a text.
fn number_after(text: &str, before: &str) -> Option<f64> {
    let rest = &text[text.find(before)? + before.len()..];
    rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())].parse().ok()
}

impl Caller {
    fn call(&mut self, export: &Export, numbers: &[f64]) -> Result<f64, String> {
        let mut blocks = [Block::NONE; BLOCKS];
        for (block, memory) in blocks.iter_mut().zip(&mut self.memory) {
            *block = unsafe { Block::new(memory.as_mut_ptr().cast(), memory.len() * 4) };
        }
        let (host, crew) = (&self.host, self.crew.as_ref());
        let call = || with_crew(crew, || host.call(export, blocks, numbers));
        catch_unwind(AssertUnwindSafe(call)).map_err(words)
    }

    fn number(&mut self) -> f64 {
        match self.random.below(10) {
            0 => self.random.of(&ODD),
            1..=5 => self.random.of(&SIZES),
            6 => (self.random.below(BYTES) & !3) as f64,
            7 => self.random.next() as f64 / 1e3,
            _ => self.address(),
        }
    }

    /// In one of the blocks.
    fn address(&mut self) -> f64 {
        let block = self.random.below(self.memory.len());
        (block * BLOCK_STRIDE) as f64 + (64 * (1 + self.random.below(BYTES / 64))) as f64
    }

    fn object(&mut self, class: &str) -> Option<f64> {
        let all = self.objects.get(class)?;
        let all = all.clone();
        (!all.is_empty()).then(|| self.random.of(&all))
    }

    /// Calls it with random numbers; moves addresses that do not fit to where they just do, and calls again.
    fn attack(&mut self, export: &Export, count: usize) {
        let (class, method) = export.name.split_once('_').unwrap_or(("", export.name));
        let mut numbers: Vec<f64> = (0..count).map(|_| self.number()).collect();
        let tame = self.random.below(4) > 0;
        if method == "new" && tame {
            numbers.fill_with(|| self.random.of(&SIZES));
        } else if class.is_empty() && tame {
            // Sizes are few and small.
            numbers.fill_with(|| if self.random.below(3) == 0 { self.random.of(&SIZES) } else { self.address() });
        } else if !class.is_empty() {
            if tame {
                numbers.fill_with(|| if self.random.below(6) == 0 { self.random.of(&SIZES) } else { self.address() });
            }
            if let Some(object) = self.object(class)
                && self.random.below(20) > 0
            {
                numbers[0] = object;
            }
        }
        for _ in 0..40 {
            // The gradient goes through stride x stride classes of pixels: no fault, but hours.
            if export.name == "conv2d_new" && numbers.get(6).is_some_and(|stride| *stride > 100.0) {
                return;
            }
            let outcome = self.call(export, &numbers);
            self.counts.entry(export.name).or_default()[usize::from(outcome.is_ok())] += 1;
            match outcome {
                Ok(object) if method == "new" => {
                    let all = self.objects.entry(class).or_default();
                    if all.len() < 24 {
                        all.push(object)
                    } else {
                        all[self.random.below(24)] = object
                    }
                    return;
                }
                Ok(_) => return,
                Err(words) if words.ends_with("of this engine") => return,
                Err(words) => self.adjust(&mut numbers, &words),
            }
        }
    }

    /// Changes the number that the words are about: a slice that does not fit is moved to the end of a block.
    fn adjust(&mut self, numbers: &mut [f64], words: &str) {
        let of = |before| {
            let about = number_after(words, before)?;
            numbers.iter().rposition(|number| *number == about)
        };
        let room = (self.memory[0].len() * 4) as f64;
        let values = number_after(words, "out of bounds: ").unwrap_or(room);
        let bytes = values * self.random.of(&[4.0, 4.0, 4.0, 4.0, 1.0, 8.0]);
        let is_size = words.contains("is no whole number from 0 to 4294967296") || words.starts_with("sizes of");
        if let Some(at) = of("at address ")
            && bytes < room
        {
            let block = self.random.below(self.memory.len()) * BLOCK_STRIDE;
            numbers[at] = block as f64 + room - bytes;
        } else if let Some(at) = of("has addresses ").or(of("a kernel got the address ")).or(of("address ")) {
            numbers[at] = self.address();
        } else if let Some(at) = of("the index is ") {
            numbers[at] = self.random.below(3) as f64;
        } else if is_size && let Some(at) = numbers.iter().rposition(|number| !(0.0..1e4).contains(number)) {
            numbers[at] = self.random.of(&SIZES);
        } else if !numbers.is_empty() {
            let first = usize::from(numbers.len() > 1);
            let at = first + self.random.below(numbers.len() - first);
            numbers[at] = if self.random.below(2) == 0 { self.random.of(&SIZES) } else { self.address() };
        }
    }
}

#[test]
fn whatever_is_passed_is_a_number_or_words() {
    let variable = |name| std::env::var(name).ok().map(|text: String| text.parse::<u64>().expect(name));
    let calls = variable("KESTIRME_HOSTILE_CALLS").unwrap_or(3_000);
    let seed = variable("KESTIRME_HOSTILE_SEED").unwrap_or(1);
    let trace = std::env::var("KESTIRME_HOSTILE_TRACE").is_ok();
    if !trace {
        panic::set_hook(Box::new(|_| {}));
    }
    let exports = exports();
    for threads in [1, 3] {
        let crew = (threads > 1).then(|| Arc::new(Crew::of_threads(threads).expect("three threads")));
        let memory = (0..BLOCKS).map(|_| vec![0; BYTES / 4]).collect();
        let random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let (host, objects, counts) = (Host::new(threads as u32), HashMap::new(), HashMap::new());
        let mut caller = Caller { random, host, crew, memory, objects, counts };
        let counted: Vec<usize> = exports
            .iter()
            .map(|export| {
                let words = caller.call(export, &[0.0; 30]).expect_err("30 numbers are too many");
                number_after(&words, "takes ").expect(&words) as usize
            })
            .collect();
        for call in 0..calls {
            let which = caller.random.below(exports.len());
            if trace {
                eprintln!("{call} {}", exports[which].name);
            }
            // Memory of all kinds of bits.
            if call % 64 == 0 {
                let block = caller.random.below(BLOCKS);
                let random = &mut caller.random;
                let kind = random.below(3);
                caller.memory[block].fill_with(|| match kind {
                    0 => random.next() as u32,
                    1 => random.below(4) as u32,
                    _ => (random.below(100) as f32 / 10.0).to_bits(),
                });
            }
            if exports[which].frees && caller.random.below(4) > 0 {
                continue;
            }
            caller.attack(&exports[which], counted[which]);
        }
        let never: Vec<_> = exports
            .iter()
            .map(|export| export.name)
            .filter(|name| caller.counts.get(name).is_none_or(|n| n[1] == 0))
            .collect();
        println!("{threads} threads, {calls} calls; never answered: {never:?}");
    }
}
