//! Random membranes before the first time step (Spiking-PointNet, Ren et al. 2023: uniform from 0 to 0.5).
//!
//! A membrane is a function of seed, layer, training step, image (its number in the data set) and place in the layer
//! [H, W, C], so it depends neither on the batch around the image nor on threads:
//!
//!   word  = Philox block (i / 4, step, image, layer) under (seed, 6), word i % 4        i: number of the neuron
//!   m[0]  = top * floor(word / 2^8) / 2^24

use crate::philox;

/// What the second word of the key is.
pub const PURPOSE: u32 = 6;

/// The membranes of an image's `neurons`.
pub fn uniform(seed: u32, layer: u32, step: u32, image: u32, top: f64, neurons: usize) -> Vec<f64> {
    let word = |i: usize| philox::block([seed, PURPOSE], [(i / 4) as u32, step, image, layer])[i % 4];
    (0..neurons).map(|i| top * f64::from(word(i) >> 8) / f64::from(1 << 24)).collect()
}
