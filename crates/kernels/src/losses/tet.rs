use super::{Gradient, Kind, Logits, Options, Targets, cross_entropy};

/// (1 - lambda) * cross entropy + lambda * mean of (z - phi)^2 over the classes, of each time step's logits.
pub const KIND: Kind = Kind { name: "tet", loss };

fn loss([lambda, phi]: Options, z: Logits, q: &Targets, gradient: Gradient) -> f64 {
    let classes = q.classes as f64;
    let entropy = (cross_entropy::KIND.loss)([0.0; 2], z, q, &mut |k, derivative| {
        gradient(k, (1.0 - lambda) * derivative + lambda * 2.0 * (z(k) - phi) / classes);
    });
    let spread: f64 = (0..q.classes).map(|k| (z(k) - phi) * (z(k) - phi)).sum();
    (1.0 - lambda) * entropy + lambda * spread / classes
}
