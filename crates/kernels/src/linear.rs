//! Fully connected layer, `y[b, k] = bias[k] + sum over c of x[b, c] * weight[k, c]`. Small: it reads pooled spikes.

#[derive(Clone, Copy)]
pub struct Dims {
    pub batch: usize,
    pub inputs: usize,
    pub outputs: usize,
}

impl Dims {
    fn check(&self, x: &[f32], weight: &[f32], y: &[f32]) {
        assert_eq!(x.len(), self.batch * self.inputs);
        assert_eq!(weight.len(), self.outputs * self.inputs);
        assert_eq!(y.len(), self.batch * self.outputs);
    }
}

/// `y` `[B, outputs]` from `x` `[B, inputs]`; `weight` is `[outputs, inputs]` as in PyTorch.
pub fn forward(d: &Dims, x: &[f32], weight: &[f32], bias: &[f32], y: &mut [f32]) {
    d.check(x, weight, y);
    for (x, y) in x.chunks_exact(d.inputs).zip(y.chunks_exact_mut(d.outputs)) {
        for (k, y) in y.iter_mut().enumerate() {
            let row = &weight[k * d.inputs..][..d.inputs];
            *y = bias[k] + row.iter().zip(x).fold(0.0, |sum, (w, x)| sum + w * x);
        }
    }
}

/// Writes `dx`, adds to `dweight` and `dbias`.
pub fn backward(
    d: &Dims,
    x: &[f32],
    weight: &[f32],
    dy: &[f32],
    dweight: &mut [f32],
    dbias: &mut [f32],
    dx: &mut [f32],
) {
    d.check(x, weight, dy);
    assert_eq!((dx.len(), dweight.len(), dbias.len()), (x.len(), weight.len(), d.outputs));
    dx.fill(0.0);
    for ((x, dx), dy) in x.chunks_exact(d.inputs).zip(dx.chunks_exact_mut(d.inputs)).zip(dy.chunks_exact(d.outputs)) {
        for (k, &gradient) in dy.iter().enumerate() {
            dbias[k] += gradient;
            let at = k * d.inputs;
            for c in 0..d.inputs {
                dweight[at + c] += gradient * x[c];
                dx[c] += gradient * weight[at + c];
            }
        }
    }
}
