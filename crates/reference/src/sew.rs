//! Spikes and spikes, element by element (Fang et al. 2021): what a residual connection makes of a branch x and the
//! identity y, behind the neurons of both.
//!
//!   ADD   x + y
//!   AND   x y
//!   IAND  (1 - x) y        the identity's spike, unless the branch fires
//!
//! SpikingJelly's `sew_function(identity, out, cnf)`. Of spikes 0 and 1, AND and IAND make spikes again; of other numbers
//! they are products, so that they have derivatives.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Add,
    And,
    Iand,
}

pub const OPERATIONS: [Operation; 3] = [Operation::Add, Operation::And, Operation::Iand];

pub fn forward(operation: Operation, x: &[f64], y: &[f64]) -> Vec<f64> {
    assert_eq!(x.len(), y.len(), "sew: both sides");
    let join = |(x, y): (&f64, &f64)| match operation {
        Operation::Add => x + y,
        Operation::And => x * y,
        Operation::Iand => (1.0 - x) * y,
    };
    x.iter().zip(y).map(join).collect()
}

/// The gradients of x and of y.
pub fn backward(operation: Operation, x: &[f64], y: &[f64], dz: &[f64]) -> (Vec<f64>, Vec<f64>) {
    assert_eq!((x.len(), y.len()), (dz.len(), dz.len()), "sew: dz");
    let slopes = |(x, y): (&f64, &f64)| match operation {
        Operation::Add => (1.0, 1.0),
        Operation::And => (*y, *x),
        Operation::Iand => (-y, 1.0 - x),
    };
    x.iter().zip(y).map(slopes).zip(dz).map(|((by_x, by_y), dz)| (by_x * dz, by_y * dz)).unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spikes_give_spikes_but_for_sums() {
        let (x, y) = ([0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]);
        let all = OPERATIONS.map(|operation| forward(operation, &x, &y));
        assert_eq!(all, [[0.0, 1.0, 1.0, 2.0], [0.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0, 0.0]]);
    }
}
