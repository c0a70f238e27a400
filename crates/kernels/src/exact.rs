//! Transcendental functions that every host rounds alike.

pub use libm::{cbrtf, cos, exp, expf, log, pow, tanh, tanhf};
