//! Ternary spikes of a learned amplitude (Guo et al. 2024, "Ternary Spike"): the layer's spikes count a each, and the neurons
//! reset as if they counted 1. With z_t = a * s_t and gZ_t = dL/dz_t:
//!
//!   gS_t = a * gZ_t      dL/da = sum of gZ_t * s_t

use super::lif::Numbers;
use super::ternary::Signed;
use super::{Dynamics, Kind, Neuron, Per, Rows, Step};
use crate::simd::Wide;
use crate::walk::{self, Dims, Pass};

/// The numbers are a LIF's; a is learned.
pub const KIND: Kind = Kind {
    name: "trainable-ternary",
    learned: |_| &[Per::Layer],
    sums: Rows { of_all: 1, of_each: 0 },
    run: |neurons, pass| {
        let (n, learned) = (Numbers::of(neurons.numbers), neurons.learned);
        by_reset!(n.hard_reset, n.detach_reset, HARD, DETACH, Trainable::<HARD, DETACH>::run(n, learned[0], pass))
    },
    ..Kind::PLAIN
};

#[derive(Clone, Copy)]
struct Trainable<const HARD: bool, const DETACH: bool> {
    signed: Signed<HARD>,
    amplitude: Wide,
}

impl<const HARD: bool, const DETACH: bool> Trainable<HARD, DETACH> {
    fn run(numbers: Numbers, amplitude: f32, pass: Pass) {
        walk::run(&Self { signed: Signed::new(numbers), amplitude: Wide::splat(amplitude) }, pass);
    }
}

impl<const HARD: bool, const DETACH: bool> Neuron for Trainable<HARD, DETACH> {
    type Dynamics = Signed<HARD>;
    type Kept = [Wide; 0];
    /// dL/da
    type Learned = [Wide; 1];
    type LearnedAtStep = [Wide; 0];

    fn dynamics(&self) -> Signed<HARD> {
        self.signed
    }

    #[inline(always)]
    fn keep(&self, _: [Wide; 1], _: Wide) -> [Wide; 0] {
        []
    }

    #[inline(always)]
    fn adjoint(
        &self,
        signed: &Signed<HARD>,
        step: Step<Self>,
        spikes: Wide,
        [after]: [Wide; 1],
        through_fire: impl FnOnce(Wide) -> Wide,
        [sum]: &mut [Wide; 1],
    ) -> (Wide, [Wide; 1]) {
        *sum = *sum + signed.fire(step.u).keep(Signed::<HARD>::with_sign(step.u, spikes));
        signed.adjoint::<DETACH>(step.u, self.amplitude * spikes, after, through_fire)
    }

    fn learn(&self, _: Dims, sums: &[f32], gradient: &mut [f32]) {
        gradient[0] += sums.iter().map(|&sum| sum as f64).sum::<f64>() as f32;
    }
}
