//! PLIF (Fang et al. 2021): a LIF whose decay is learned, 1 / (1 + e^w) with one w for a layer.
//!
//!   dL/dw = -decay * (1 - decay) * sum of gU_t * du_t/ddecay      du_t/ddecay = m_{t-1}, less x_t with decayInput

use super::lif::{Leaky, Numbers};
use super::{Dynamics, Kind, Neuron, Per, Rows, Step};
use crate::exact;
use crate::simd::Wide;
use crate::walk::{self, Dims, Pass};

/// The numbers are a LIF's, of which the decay is not looked at.
pub const KIND: Kind = Kind {
    name: "plif",
    learned: |_| &[Per::Layer],
    sums: Rows { of_all: 1, of_each: 0 },
    run: |neurons, pass| {
        let (n, learned) = (Numbers::of(neurons.numbers), neurons.learned);
        by_reset!(n.hard_reset, n.detach_reset, HARD, DETACH, Plif::<HARD, DETACH>::run(n, learned[0], pass))
    },
    ..Kind::PLAIN
};

fn decay(w: f32) -> f64 {
    1.0 / (1.0 + exact::exp(w as f64))
}

#[derive(Clone, Copy)]
struct Plif<const HARD: bool, const DETACH: bool> {
    leaky: Leaky<HARD>,
    w: f32,
    decay_input: bool,
}

impl<const HARD: bool, const DETACH: bool> Plif<HARD, DETACH> {
    fn run(numbers: Numbers, w: f32, pass: Pass) {
        let numbers = Numbers { decay: decay(w) as f32, ..numbers };
        walk::run(&Self { leaky: Leaky::new(numbers), w, decay_input: numbers.decay_input }, pass);
    }
}

impl<const HARD: bool, const DETACH: bool> Neuron for Plif<HARD, DETACH> {
    type Dynamics = Leaky<HARD>;
    /// du/ddecay
    type Kept = [Wide; 1];
    type Learned = [Wide; 1];
    type LearnedAtStep = [Wide; 0];

    fn dynamics(&self) -> Leaky<HARD> {
        self.leaky
    }

    #[inline(always)]
    fn keep(&self, [m]: [Wide; 1], x: Wide) -> [Wide; 1] {
        [if self.decay_input { m - x } else { m }]
    }

    #[inline(always)]
    fn adjoint(
        &self,
        leaky: &Leaky<HARD>,
        step: Step<Self>,
        spikes: Wide,
        [after]: [Wide; 1],
        through_fire: impl FnOnce(Wide) -> Wide,
        [sum]: &mut [Wide; 1],
    ) -> (Wide, [Wide; 1]) {
        let fired = || leaky.fire(step.u);
        let u = leaky.membrane_gradient::<DETACH>(step.u, fired, spikes, after, through_fire);
        *sum = *sum + u * step.kept[0];
        leaky.charge_gradient(u)
    }

    fn learn(&self, _: Dims, sums: &[f32], gradient: &mut [f32]) {
        let decay = decay(self.w);
        let ddecay: f64 = sums.iter().map(|&sum| sum as f64).sum();
        gradient[0] += (-decay * (1.0 - decay) * ddecay) as f32;
    }
}
