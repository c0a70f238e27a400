//! `kestirme-kernel-bench SECONDS`: on one thread; reads the sizes of layers from standard input, a line each, and writes a
//! line for each of their kernels: its name, the shortest and the median time of a call in milliseconds, between tabs.
//! An empty line ends each layer. `npm run bench:kernels` gives it the layers of the networks.
//! `kestirme-kernel-bench levels` writes which instruction sets this processor has, lowest first.
//!
//! - `roof`: what one core can do at most, see `roof.rs`
//! - `convolution IMAGES HEIGHT WIDTH IN OUT KERNEL STRIDE PADDING DENSE FIRING ACTIVE`
//! - `norm STEPS BATCH HEIGHT WIDTH CHANNELS Y_STEPS`
//! - `neurons STEPS BATCH PIXELS CHANNELS Y_STEPS RESIDUAL` (0: none, 1: spikes, 2: current)

mod layers;
mod random;
mod roof;
mod vector;

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{self, BufRead};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// All at multiples of 64 bytes, as in an engine's memory.
struct Aligned;

unsafe impl GlobalAlloc for Aligned {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { System.alloc(layout.align_to(64).expect("a size that fits")) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout.align_to(64).expect("a size that fits")) }
    }
}

#[global_allocator]
static ALIGNED: Aligned = Aligned;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("kestirme-kernel-bench: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments == ["levels"] {
        println!("{}", levels().join(" "));
        return Ok(());
    }
    let [seconds] = &arguments[..] else {
        return Err("usage: kestirme-kernel-bench SECONDS, or levels".into());
    };
    let seconds: f64 = seconds.parse().map_err(|_| format!("'{seconds}' is no number of seconds"))?;
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let mut words = line.split_whitespace();
        let kind = words.next().unwrap_or_default().to_string();
        let numbers: Result<Vec<f64>, _> = words.map(str::parse).collect();
        let numbers = numbers.map_err(|_| format!("'{line}' has something that is no number"))?;
        let mut bench = Bench { budget: Duration::from_secs_f64(seconds) };
        if kind == "roof" {
            roof::measure(bench.budget);
            println!();
            continue;
        }
        layers::time(&mut bench, &kind, &numbers).map_err(|message| format!("'{line}': {message}"))?;
        println!();
    }
    Ok(())
}

/// By the names that `scripts/bench-kernels.mjs` has flags for.
fn levels() -> Vec<&'static str> {
    #[cfg(target_arch = "x86_64")]
    {
        // All that x86-64-v3 and x86-64-v4 add, as far as it has ever been built apart.
        let avx2 = is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("f16c")
            && is_x86_feature_detected!("fma")
            && is_x86_feature_detected!("lzcnt");
        let avx512 = avx2
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512cd")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl");
        let all = [("sse2", true), ("avx2", avx2), ("avx512", avx512)];
        all.into_iter().filter_map(|(name, has)| has.then_some(name)).collect()
    }
    #[cfg(target_arch = "aarch64")]
    {
        vec!["neon"]
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        vec!["portable"]
    }
}

pub struct Bench {
    budget: Duration,
}

impl Bench {
    /// Times calls for a while, after one that is not counted.
    pub fn time(&mut self, kernel: &str, mut call: impl FnMut()) {
        call();
        let mut times = Vec::new();
        let begin = Instant::now();
        while times.len() < 3 || begin.elapsed() < self.budget {
            let start = Instant::now();
            call();
            times.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        println!("{kernel}\t{}\t{}", times[0], times[times.len() / 2]);
    }
}
