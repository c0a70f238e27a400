//! Transcendental functions that every host rounds alike.

pub use libm::{cos, exp, log, pow};
