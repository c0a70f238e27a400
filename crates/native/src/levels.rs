//! Levels of instructions: scripts/build-native.mjs has the compiler's names of them.

/// What this file was built for.
#[cfg(target_arch = "x86_64")]
pub const OWN: &str = if cfg!(target_feature = "avx512bw") {
    "avx512"
} else if cfg!(target_feature = "avx2") {
    "avx2"
} else {
    "sse2"
};
#[cfg(target_arch = "aarch64")]
pub const OWN: &str = "neon";

/// x86-64-v3 and x86-64-v4, the operating system's part included.
#[cfg(target_arch = "x86_64")]
pub fn of_processor() -> Vec<&'static str> {
    macro_rules! has {
        ($($feature:tt),*) => { $(std::arch::is_x86_feature_detected!($feature))&&* };
    }
    let avx2 = has!("avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "lzcnt", "movbe", "popcnt", "sse4.2");
    let avx512 = avx2 && has!("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl");
    [("sse2", true), ("avx2", avx2), ("avx512", avx512)]
        .into_iter()
        .filter(|(_, has)| *has)
        .map(|(name, _)| name)
        .collect()
}

#[cfg(target_arch = "aarch64")]
pub fn of_processor() -> Vec<&'static str> {
    vec!["neon"]
}
