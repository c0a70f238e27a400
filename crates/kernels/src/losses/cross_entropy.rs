use super::{Gradient, Kind, Logits, Options, Targets};

/// Softmax cross entropy; its gradient is softmax(z) - q. exp and log from libm, the same on every host.
pub const KIND: Kind = Kind { name: "cross-entropy", loss };

fn loss(_: Options, z: Logits, q: &Targets, gradient: Gradient) -> f64 {
    let log_sum = log_sum_exp(q.classes, z);
    for k in 0..q.classes {
        gradient(k, libm::exp(z(k) - log_sum) - q.share(k));
    }
    (0..q.classes).map(|k| q.share(k) * (log_sum - z(k))).sum()
}

fn log_sum_exp(classes: usize, z: Logits) -> f64 {
    let top = (0..classes).map(z).fold(f64::NEG_INFINITY, f64::max);
    top + libm::log((0..classes).map(|k| libm::exp(z(k) - top)).sum())
}
