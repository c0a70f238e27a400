use super::{Kind, Shape, fast_sigmoid_curve};

/// 1 / (1 + slope |v|)^2.
pub const KIND: Kind =
    Kind { name: "fast-sigmoid", shape: |slope| Shape::everywhere([1.0, slope], fast_sigmoid_curve) };
