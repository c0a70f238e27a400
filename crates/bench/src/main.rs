//! `kestirme-kernel-bench THREADS SECONDS`: reads the sizes of layers from standard input, a line each, and writes a
//! line for each of their kernels: its name, the shortest and the median time of a call in milliseconds, between tabs.
//! An empty line ends each layer. `npm run bench:kernels` gives it the layers of the networks.
//!
//! - `convolution IMAGES HEIGHT WIDTH IN OUT KERNEL STRIDE PADDING DENSE FIRING ACTIVE`
//! - `norm STEPS BATCH HEIGHT WIDTH CHANNELS Y_STEPS`
//! - `neurons STEPS BATCH PIXELS CHANNELS Y_STEPS RESIDUAL` (0: none, 1: spikes, 2: current)

mod layers;
mod random;

use std::io::{self, BufRead};
use std::process::ExitCode;
use std::time::{Duration, Instant};

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
    let [threads, seconds] = &arguments[..] else {
        return Err("usage: kestirme-kernel-bench THREADS SECONDS".into());
    };
    let threads: usize = threads.parse().map_err(|_| format!("'{threads}' is no number of threads"))?;
    let seconds: f64 = seconds.parse().map_err(|_| format!("'{seconds}' is no number of seconds"))?;
    if threads > 1 {
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads(threads - 1).build().map_err(|error| error.to_string())?;
        kestirme_kernels::par::set_pool(Some(pool));
    }
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let mut words = line.split_whitespace();
        let kind = words.next().unwrap_or_default().to_string();
        let numbers: Result<Vec<f64>, _> = words.map(str::parse).collect();
        let numbers = numbers.map_err(|_| format!("'{line}' has something that is no number"))?;
        let mut bench = Bench { budget: Duration::from_secs_f64(seconds) };
        layers::time(&mut bench, &kind, &numbers).map_err(|message| format!("'{line}': {message}"))?;
        println!();
    }
    Ok(())
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
