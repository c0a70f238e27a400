use super::{Kind, Shape, triangle_curve};

/// alpha - alpha^2 |v| for |v| < 1 / alpha.
pub const KIND: Kind = Kind {
    name: "piecewise-quadratic",
    shape: |alpha| Shape::within(1.0 / alpha, [alpha, alpha * alpha], triangle_curve),
};
