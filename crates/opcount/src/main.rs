//! `kestirme-opcount FILE.wasm`: takes commands from standard input, a line each, and answers each with a line.
//!
//! - `call EXPORT NUMBER...`: instructions executed, then the results
//! - `word ADDRESS`: the u32 there
//! - `load FILE`: the bytes of a file as the memory's first, which grows where it is shorter
//! - `floats ADDRESS LENGTH SEED`: pseudo-random numbers from -0.5 to 0.5
//! - `bits ADDRESS ROWS CHANNELS RATE SEED`: rows of channel bits, each one with the probability RATE
//!
//! An instruction is one of wasmi's: a register machine's, so nearer to a processor's than WebAssembly's own, which
//! move everything over a stack. Copying memory counts one instruction for 64 bytes.

mod module;

use module::Counted;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("kestirme-opcount: {message}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> Result<(), String> {
    let path = std::env::args().nth(1).ok_or("usage: kestirme-opcount FILE.wasm")?;
    let mut module = Counted::open(&path)?;
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let answer = answer(&mut module, &line).map_err(|message| format!("{line}: {message}"))?;
        writeln!(out, "{answer}").and_then(|()| out.flush()).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn answer(module: &mut Counted, line: &str) -> Result<String, String> {
    let mut words = line.split_whitespace();
    let command = words.next().unwrap_or_default();
    let export = if command == "call" { words.next().unwrap_or_default() } else { "" };
    if command == "load" {
        return module.load(line.split_once(' ').map_or("", |(_, path)| path)).map(|()| String::new());
    }
    let numbers = words.map(|word| word.parse::<f64>().map_err(|_| format!("'{word}' is not a number")));
    let numbers: Vec<f64> = numbers.collect::<Result<_, _>>()?;
    match (command, &numbers[..]) {
        ("call", arguments) => {
            let outcome = module.call(export, arguments)?;
            let values: String = outcome.values.iter().map(|value| format!(" {value}")).collect();
            Ok(format!("{}{values}", outcome.instructions))
        }
        ("word", &[address]) => Ok(module.read_word(address as usize)?.to_string()),
        ("floats", &[address, length, seed]) => {
            let mut random = Random(seed as u32);
            let floats = (0..length as usize).map(|_| (random.next() as f32 - 0.5).to_bits());
            module.write_words(address as usize, floats).map(|()| String::new())
        }
        ("bits", &[address, rows, channels, rate, seed]) => {
            let mut random = Random(seed as u32);
            let channels = channels as usize;
            let row = || (0..channels.div_ceil(32)).map(move |word| (channels - 32 * word).min(32));
            let words = (0..rows as usize).flat_map(|_| row());
            let words = words.map(|width| (0..width).fold(0, |bits, i| bits | u32::from(random.next() < rate) << i));
            module.write_words(address as usize, words).map(|()| String::new())
        }
        _ => Err("no such command".into()),
    }
}

/// A linear congruential generator (Press et al., Numerical Recipes): from 0 to 1, the same as the benchmark's.
struct Random(u32);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(self.0) / 4_294_967_296.0
    }
}
