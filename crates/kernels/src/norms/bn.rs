use super::{Layer, Norm, Sums, Table, merged};

/// Batch normalisation over all steps together; parameters gamma `[C]`, beta `[C]`.
pub struct Bn;

impl Norm for Bn {
    fn name(&self) -> &'static str {
        "bn"
    }

    fn forward(&self, layer: &Layer, parameters: &[f32], table: &mut Table) {
        merged::forward(layer, 1.0, parameters, table);
    }

    fn backward(&self, layer: &Layer, parameters: &[f32], sums: &Sums, gradients: &mut [f32], table: &mut Table) {
        merged::backward(layer, 1.0, parameters, sums, gradients, table);
    }
}
