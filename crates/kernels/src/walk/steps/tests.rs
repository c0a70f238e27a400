use super::cut::cut;

/// Spikes by the folded threshold are those by the norm, for membranes all around the threshold and elsewhere.
#[test]
fn a_folded_threshold_fires_exactly_as_the_norm() {
    // Numbers of no pattern in (-1, 1).
    let number = |i: u32| (i.wrapping_mul(2_654_435_761) >> 8) as f32 / 8_388_608.0 - 1.0;
    let mut compared = 0;
    for i in 0..3000 {
        let size = [1e-3, 0.3, 1.0, 40.0][i as usize % 4];
        let (scale, shift, threshold) = (size * number(3 * i), number(3 * i + 1), 0.05 + number(3 * i + 2).abs());
        let (sign, at) = cut(threshold, scale, shift);
        assert_eq!(sign, scale.signum());
        let near = (threshold - shift) / scale;
        let beside = (0..40).map(|k| f32::from_bits((near.to_bits() as i32 + k - 20) as u32));
        for u in beside.chain((0..20).map(|k| 5.0 * number(i + k))).chain([0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY])
        {
            let by_norm = scale * u + shift > threshold;
            assert_eq!(sign * u > at, by_norm, "{scale} * {u} + {shift} above {threshold}, folded {sign} {at}");
            compared += usize::from(by_norm);
        }
    }
    assert!((60_000..140_000).contains(&compared), "{compared} of 192000 fire");
}

#[test]
fn without_a_scale_neurons_fire_always_or_never() {
    assert_eq!(cut(0.5, 0.0, 0.7), (1.0, f32::NEG_INFINITY));
    assert_eq!(cut(0.5, 0.0, 0.5), (1.0, f32::INFINITY));
    assert_eq!(cut(0.5, -0.0, 0.2), (1.0, f32::INFINITY));
}
