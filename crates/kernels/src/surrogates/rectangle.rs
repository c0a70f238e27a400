use super::{Kind, Shape};

/// 1 / width where |v| < width / 2.
pub const KIND: Kind = Kind { name: "rectangle", shape: |width| Shape::flat(width / 2.0, 1.0 / width) };
