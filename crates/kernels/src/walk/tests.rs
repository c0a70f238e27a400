//! A neuron that no network has yet, with two numbers of state and one learned per channel: that the walk carries all of it.

use super::{Current, Dims, Residual, run};
use crate::neurons::{Dynamics, Kind, Neuron, Neurons, Per, Rows, Step};
use crate::simd::{Mask, Wide};
use crate::surrogates::Surrogate;

const DECAY: f32 = 0.75;
const FADING: f32 = 0.5;
const THRESHOLD: f32 = 0.5;

/// A spike tires: u_t = decay * m_{t-1} + x_t - beta_c * a_{t-1}, m_t = u_t - threshold * s_t, a_t = fading * a_{t-1} + s_t.
#[derive(Clone, Copy)]
struct Tiring<'a> {
    beta: &'a [f32],
    here: Wide,
}

fn splat(x: f32) -> Wide {
    Wide::splat(x)
}

impl Dynamics for Tiring<'_> {
    type State = [Wide; 2];

    fn at_channel(self, c: usize, quads: usize) -> Self {
        Self { here: unsafe { Wide::load_quads(self.beta[c..][..4 * quads].as_ptr(), quads) }, ..self }
    }

    fn charge(&self, _: usize, [m, a]: [Wide; 2], x: Wide) -> Wide {
        splat(DECAY) * m + x - self.here * a
    }

    fn over(&self, u: Wide) -> Wide {
        u - splat(THRESHOLD)
    }

    fn fire(&self, u: Wide) -> Mask {
        u.gt(splat(THRESHOLD))
    }

    fn reset(&self, [_, a]: [Wide; 2], u: Wide, fired: Mask) -> [Wide; 2] {
        [u - fired.keep(splat(THRESHOLD)), splat(FADING) * a + fired.keep(splat(1.0))]
    }
}

impl<'a> Neuron for Tiring<'a> {
    type Dynamics = Self;
    /// a before the step
    type Kept = [Wide; 1];
    type Learned = [Wide; 1];
    type LearnedAtStep = [Wide; 0];

    fn dynamics(&self) -> Self {
        *self
    }

    fn keep(&self, [_, a]: [Wide; 2], _: Wide) -> [Wide; 1] {
        [a]
    }

    fn adjoint(
        &self,
        dynamics: &Self,
        step: Step<Self>,
        spikes: Wide,
        [m, a]: [Wide; 2],
        through_fire: impl FnOnce(Wide) -> Wide,
        [beta]: &mut [Wide; 1],
    ) -> (Wide, [Wide; 2]) {
        let u = through_fire(spikes - splat(THRESHOLD) * m + a) + m;
        *beta = *beta - u * step.kept[0];
        (u, [splat(DECAY) * u, splat(FADING) * a - dynamics.here * u])
    }

    fn learn(&self, _: Dims, sums: &[f32], gradient: &mut [f32]) {
        gradient.iter_mut().zip(sums).for_each(|(gradient, sum)| *gradient += sum);
    }
}

static TIRING: Kind = Kind {
    name: "tiring",
    learned: |_| &[Per::Channel],
    sums: Rows { of_all: 1, of_each: 0 },
    run: |neurons, pass| run(&Tiring { beta: neurons.learned, here: splat(0.0) }, pass),
    ..Kind::PLAIN
};

/// A number with its derivative by one of the inputs.
#[derive(Clone, Copy)]
struct Dual(f64, f64);

impl Dual {
    fn plus(self, factor: f64, other: Dual) -> Dual {
        Dual(self.0 + factor * other.0, self.1 + factor * other.1)
    }

    fn times(self, other: Dual) -> Dual {
        Dual(self.0 * other.0, self.0 * other.1 + self.1 * other.0)
    }
}

/// The spikes of one neuron, and the derivative of sum of above_t * s_t by what carries a derivative.
fn forward(x: &[Dual], beta: Dual, above: &[f64], slope: impl Fn(f64) -> f64) -> (Vec<bool>, f64) {
    let (mut m, mut a) = (Dual(0.0, 0.0), Dual(0.0, 0.0));
    let (mut spikes, mut derivative) = (Vec::new(), 0.0);
    for (x, above) in x.iter().zip(above) {
        let u = x.plus(DECAY as f64, m).plus(-1.0, beta.times(a));
        let v = u.0 - THRESHOLD as f64;
        let s = Dual(if v > 0.0 { 1.0 } else { 0.0 }, slope(v) * u.1);
        (m, a) = (u.plus(-THRESHOLD as f64, s), s.plus(FADING as f64, a));
        spikes.push(v > 0.0);
        derivative += above * s.1;
    }
    (spikes, derivative)
}

#[test]
fn a_neuron_may_have_two_numbers_of_state_and_learn_per_channel() {
    let dims = Dims { steps: 5, batch: 1, pixels: 2, channels: 8 };
    let neurons = 16;
    // Numbers of no pattern between -0.4 and 1.1.
    let number = |i: usize| (i * 37 % 101) as f32 / 67.0 - 0.4;
    let x: Vec<f32> = (0..80).map(number).collect();
    let above: Vec<f32> = (0..80).map(|i| number(i + 7)).collect();
    let beta: Vec<f32> = (0..8).map(|c| 0.1 + 0.05 * c as f32).collect();
    // Nowhere the same, and everywhere above zero: 1 / (1 + pi^2 v^2).
    let pi = core::f64::consts::PI;
    let slope = |v: f64| 1.0 / (1.0 + pi * v * pi * v);
    let second: Vec<f32> = (0..80).map(|i| 0.5 * number(i + 29)).collect();
    let bits: Vec<u32> = (0..10).map(|i| 0x9c ^ (i * 53) & 0xff).collect();
    let plain = |y| Current { y, scale: &[1.0; 8], shift: &[0.0; 8], mean: &[0.0; 8] };
    let terms: [(Residual, &dyn Fn(usize) -> f32); 3] = [
        (Residual::None, &|_| 0.0),
        (Residual::Spikes(&bits), &|i| (bits[i / 8] >> (i % 8) & 1) as f32),
        (Residual::Current(plain(&second)), &|i| second[i]),
    ];
    let surrogates = [Surrogate::named("atan", 2.0), Surrogate::named("rectangle", 4.0)];
    for (surrogate, (residual, added)) in surrogates.iter().flat_map(|one| terms.iter().map(move |term| (*one, term))) {
        let sum: Vec<f32> = x.iter().enumerate().map(|(i, x)| x + added(i)).collect();
        let slope = |v: f64| {
            if surrogate.name == "atan" {
                slope(v)
            } else if v.abs() < 2.0 {
                0.25
            } else {
                0.0
            }
        };
        let fast = Neurons { kind: &TIRING, numbers: &[], learned: &beta, table: &[], start: &[], surrogate };
        let first = plain(&x);
        let mut spikes = vec![0; dims.spike_words()];
        fast.forward(dims, first, *residual, &mut spikes, &mut []);
        let (mut g, mut sums) = (above.clone(), vec![f32::NAN; 4 * 8]);
        let mut partial = vec![f32::NAN; TIRING.partial_len(&dims, 1)];
        fast.backward(dims, first, *residual, true, &[], &mut partial, &mut g, &mut sums);
        let mut dbeta = vec![0.0; TIRING.learned_len(&[], &dims)];
        fast.learn(dims, &sums, &mut dbeta);

        let (mut want_beta, mut fired) = ([0.0; 8], 0);
        for neuron in 0..neurons {
            let (pixel, c) = (neuron / 8, neuron % 8);
            let of = |values: &[f32]| (0..5).map(|t| values[t * neurons + neuron] as f64).collect::<Vec<_>>();
            let (x, above) = (of(&sum), of(&above));
            let by = |step: usize| {
                let x: Vec<Dual> =
                    x.iter().enumerate().map(|(t, &x)| Dual(x, f64::from(u8::from(t == step)))).collect();
                forward(&x, Dual(beta[c] as f64, f64::from(u8::from(step == 5))), &above, slope)
            };
            for t in 0..5 {
                let (of_twin, derivative) = by(t);
                assert_eq!(spikes[t * 2 + pixel] >> c & 1 == 1, of_twin[t], "spike {t} of neuron {neuron}");
                let got = g[t * neurons + neuron] as f64;
                assert!((got - derivative).abs() < 1e-5, "dx {t} of neuron {neuron}: {got}, not {derivative}");
                fired += usize::from(of_twin[t]);
            }
            want_beta[c] += by(5).1;
        }
        assert!((15..70).contains(&fired), "{fired} spikes say something");
        for c in 0..8 {
            let by_second: f64 = (0..10).map(|i| f64::from(g[i * 8 + c]) * f64::from(second[i * 8 + c])).sum();
            let want = if matches!(residual, Residual::Current(_)) { by_second } else { 0.0 };
            assert!((f64::from(sums[16 + c]) - want).abs() < 1e-5, "the sum of dx * y2, channel {c}");
        }
        for (c, (got, want)) in dbeta.iter().zip(want_beta).enumerate() {
            assert!((*got as f64 - want).abs() < 1e-5, "dbeta {c}: {got}, not {want}");
        }
    }
}
