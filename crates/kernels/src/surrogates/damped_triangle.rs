use super::{Kind, Shape, triangle_curve};

/// d (1 - |v|) for |v| < 1.
pub const KIND: Kind = Kind { name: "damped-triangle", shape: |d| Shape::within(1.0, [d, d], triangle_curve) };
