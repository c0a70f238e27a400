use super::{Kind, Shape, triangle_curve};

/// (g - |v|) / g^2 for |v| < g.
pub const KIND: Kind = Kind { name: "triangle", shape: |g| Shape::within(g, [1.0 / g, 1.0 / (g * g)], triangle_curve) };
