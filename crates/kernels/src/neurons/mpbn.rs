//! MPBN (Guo et al. 2023, "Membrane Potential Batch Normalization for Spiking Neural Networks"): a LIF that fires by its
//! membrane after a batch normalisation over the pixels of its step, and whose reset is of the membrane as it was.
//!
//!   n_t = scale_t * u_t + shift_t       s_t = [n_t > threshold]       m_t = u_t * (1 - s_t)  or  u_t - threshold * s_t
//!
//! Back through time: a_t and what the reset carries as in a LIF, then dL/dn_t = a_t * phi'(n_t) goes through the norm.

use super::lif::{Leaky, Numbers};
use super::{Kind, Per, Rows};
use crate::norms::{self, Layer};
use crate::simd::{Mask, Wide};
use crate::walk::Pass;
use crate::walk::steps::{self, Normed};

/// The numbers are a LIF's, then eps and momentum. What is learned, and what runs, is that of a batch normalisation.
pub const KIND: Kind = Kind {
    name: "mpbn",
    learned: |_| &[Per::Channel, Per::Channel],
    sums: Rows { of_all: 2, of_each: 0 },
    running: &[Per::Channel, Per::Channel],
    run: |neurons, pass| {
        let (numbers, learned) = (neurons.numbers, neurons.learned);
        let n = Numbers::of(&numbers[..5]);
        let &[eps, momentum] = &numbers[5..] else { panic!("seven numbers, not {}", numbers.len()) };
        // Of one step: each has statistics of its own, and all share the rest.
        let channels = learned.len() / 2;
        let layer = Layer { norm: norms::named("bn"), steps: 1, channels, eps, momentum, deviation: 1.0 };
        by_reset!(n.hard_reset, n.detach_reset, HARD, DETACH, Mpbn::<HARD, DETACH>::run(n, layer, learned, pass))
    },
    ..Kind::PLAIN
};

#[derive(Clone, Copy)]
struct Mpbn<const HARD: bool, const DETACH: bool>(Leaky<HARD>);

impl<const HARD: bool, const DETACH: bool> Mpbn<HARD, DETACH> {
    fn run(numbers: Numbers, layer: Layer, learned: &[f32], pass: Pass) {
        steps::run(&Self(Leaky::new(numbers)), numbers.threshold, layer, learned, pass);
    }
}

impl<const HARD: bool, const DETACH: bool> Normed for Mpbn<HARD, DETACH> {
    type Dynamics = Leaky<HARD>;

    fn dynamics(&self) -> Leaky<HARD> {
        self.0
    }

    #[inline(always)]
    fn adjoint(
        &self,
        u: Wide,
        fired: Mask,
        spikes: Wide,
        after: Wide,
        through_fire: impl FnOnce(Wide) -> Wide,
    ) -> (Wide, Wide) {
        let u = self.0.membrane_gradient::<DETACH>(u, || fired, spikes, after, through_fire);
        let (x, [before]) = self.0.charge_gradient(u);
        (x, before)
    }
}
