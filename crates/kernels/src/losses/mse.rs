use super::{Gradient, Kind, Logits, Options, Targets};

/// Mean squared error between logits and what they should be, `correct` where q is 1 and `incorrect` where it is 0.
pub const KIND: Kind = Kind { name: "mse", loss };

fn loss([correct, incorrect]: Options, z: Logits, q: &Targets, gradient: Gradient) -> f64 {
    let classes = q.classes as f64;
    let mut sum = 0.0;
    for k in 0..q.classes {
        let error = z(k) - (incorrect + (correct - incorrect) * q.share(k));
        gradient(k, 2.0 * error / classes);
        sum += error * error;
    }
    sum / classes
}
