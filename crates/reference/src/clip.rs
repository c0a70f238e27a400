//! Clipping by the L2 norm of the whole gradient, all parameters together (Pascanu et al. 2013; as in PyTorch).

/// L2 norm over all tensors.
pub fn norm<'a>(gradients: impl IntoIterator<Item = &'a [f64]>) -> f64 {
    gradients.into_iter().flatten().map(|g| g * g).sum::<f64>().sqrt()
}

/// Scales the gradients in place so that their norm is at most `max_norm`; returns the norm before. PyTorch's 1e-6 in the
/// divisor keeps a zero gradient zero.
///
/// # Panics
/// If `max_norm` is not positive: to turn clipping off, do not call it.
pub fn clip(gradients: &mut [&mut [f64]], max_norm: f64) -> f64 {
    assert!(max_norm > 0.0, "clip: the largest norm must be positive, got {max_norm}");
    let before = norm(gradients.iter().map(|g| &**g));
    let scale = max_norm / (before + 1e-6);
    if scale < 1.0 {
        gradients.iter_mut().flat_map(|g| g.iter_mut()).for_each(|g| *g *= scale);
    }
    before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_all_tensors_by_the_norm_of_all() {
        let (mut a, mut b) = ([3.0], [0.0, -4.0]);
        assert_eq!(clip(&mut [&mut a, &mut b], 2.5), 5.0);
        assert!((a[0] - 1.5).abs() < 1e-6 && b[0] == 0.0 && (b[1] + 2.0).abs() < 1e-6);
    }

    #[test]
    fn leaves_short_gradients_alone() {
        let mut a = [0.3, 0.4];
        assert_eq!(clip(&mut [&mut a], 1.0), 0.5);
        assert_eq!(a, [0.3, 0.4]);
    }
}
