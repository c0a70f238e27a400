use crate::write;

pub fn zero(at: *mut f32, len: usize) {
    write(at, len).fill(0.0);
}
