use super::{Layer, Norm, Sums, Table, merged};

/// tdBN (Zheng et al. 2021): normalised values have the layer's deviation; parameters gamma `[C]`, beta `[C]`.
pub struct TdBn;

impl Norm for TdBn {
    fn name(&self) -> &'static str {
        "tdbn"
    }

    fn forward(&self, layer: &Layer, parameters: &[f32], table: &mut Table) {
        merged::forward(layer, layer.deviation, parameters, table);
    }

    fn backward(&self, layer: &Layer, parameters: &[f32], sums: &Sums, gradients: &mut [f32], table: &mut Table) {
        merged::backward(layer, layer.deviation, parameters, sums, gradients, table);
    }
}
