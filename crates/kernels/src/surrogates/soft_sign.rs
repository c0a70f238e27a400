use super::{Kind, Shape, fast_sigmoid_curve};

/// (alpha / 2) / (1 + alpha |v|)^2.
pub const KIND: Kind =
    Kind { name: "soft-sign", shape: |alpha| Shape::everywhere([alpha / 2.0, alpha], fast_sigmoid_curve) };
