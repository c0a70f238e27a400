//! PLIF (Fang et al. 2021): a LIF whose decay is learned, 1 / (1 + e^w) with one w for a layer. The loops are the LIF's,
//! which leave a sum for each channel: of dL/du * du/ddecay over all its neurons and steps.

use crate::exact;

pub fn decay(w: f32) -> f32 {
    (1.0 / (1.0 + exact::exp(w as f64))) as f32
}

/// Adds dL/dw to `dw`, from the sums of the channels.
pub fn backward(w: f32, sums: &[f32], dw: &mut f32) {
    let decay = 1.0 / (1.0 + exact::exp(w as f64));
    let ddecay: f64 = sums.iter().map(|&sum| sum as f64).sum();
    *dw += (-decay * (1.0 - decay) * ddecay) as f32;
}
