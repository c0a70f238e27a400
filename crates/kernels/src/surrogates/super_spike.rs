use super::{Kind, Shape, fast_sigmoid_curve};

/// alpha / (1 + |v|)^2.
pub const KIND: Kind = Kind { name: "super-spike", shape: |alpha| Shape::everywhere([alpha, 1.0], fast_sigmoid_curve) };
