//! Transcendental functions that every host rounds alike.

pub use libm::{cos, exp, expf, log, pow, tanh, tanhf};
