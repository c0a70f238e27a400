//! Ternary spikes (Guo et al. 2024, "Ternary Spike"): a LIF on both sides of zero. Per neuron, m_0 = 0:
//!
//!   charge  u_t = decay * m_{t-1} + k * x_t              k = 1, or 1 - decay with decayInput
//!   fire    s_t = sign(u_t) * [|u_t| > threshold]        -1, 0 or 1
//!   reset   m_t = u_t * (1 - |s_t|)  hard,   u_t - threshold * s_t  soft
//!
//! The surrogate is asked about |u| - threshold. Back through time it is the LIF's recurrence, but for
//!
//!   hard reset  a_t = gS_t - gM_t * u_t * sign(s_t)      as PyTorch has the derivative of |s|: none while silent

use super::lif::{Leaky, Numbers};
use super::{Dynamics, Kind, Neuron, Step};
use crate::simd::{Mask, Wide};
use crate::walk;

/// The numbers are a LIF's.
pub const KIND: Kind = Kind {
    name: "ternary",
    run: |neurons, pass| {
        let n = Numbers::of(neurons.numbers);
        by_reset!(n.hard_reset, n.detach_reset, HARD, DETACH, {
            walk::run(&Ternary::<HARD, DETACH>(Signed::new(n)), pass)
        })
    },
    ..Kind::PLAIN
};

/// Charged as a LIF is.
#[derive(Clone, Copy)]
pub struct Signed<const HARD: bool>(Leaky<HARD>);

impl<const HARD: bool> Signed<HARD> {
    pub fn new(n: Numbers) -> Self {
        Self(Leaky::new(n))
    }

    /// `x` where u is above zero, -x where it is below.
    #[inline(always)]
    pub fn with_sign(u: Wide, x: Wide) -> Wide {
        let below = Wide::zero().gt(u);
        below.drop(x) - below.keep(x)
    }

    /// The gradients of x and of the membrane before the step, from those of the spikes and of the membrane after it.
    #[inline(always)]
    pub fn adjoint<const DETACH: bool>(
        &self,
        u: Wide,
        spikes: Wide,
        after: Wide,
        through_fire: impl FnOnce(Wide) -> Wide,
    ) -> (Wide, [Wide; 1]) {
        let fired = self.fire(u);
        let a = match (DETACH, HARD) {
            (true, _) => spikes,
            (false, true) => spikes - fired.keep(after * u.abs()),
            (false, false) => spikes - self.0.threshold * after,
        };
        let du = through_fire(a) + if HARD { fired.drop(after) } else { after };
        self.0.charge_gradient(du)
    }
}

impl<const HARD: bool> Dynamics for Signed<HARD> {
    type State = [Wide; 1];

    const SIGNED: bool = true;

    #[inline(always)]
    fn charge(&self, t: usize, before: [Wide; 1], x: Wide) -> Wide {
        self.0.charge(t, before, x)
    }

    #[inline(always)]
    fn over(&self, u: Wide) -> Wide {
        u.abs() - self.0.threshold
    }

    #[inline(always)]
    fn fire(&self, u: Wide) -> Mask {
        u.abs().gt(self.0.threshold)
    }

    #[inline(always)]
    fn reset(&self, _: [Wide; 1], u: Wide, fired: Mask) -> [Wide; 1] {
        [if HARD { fired.drop(u) } else { u - fired.keep(Self::with_sign(u, self.0.threshold)) }]
    }
}

#[derive(Clone, Copy)]
struct Ternary<const HARD: bool, const DETACH: bool>(Signed<HARD>);

impl<const HARD: bool, const DETACH: bool> Neuron for Ternary<HARD, DETACH> {
    type Dynamics = Signed<HARD>;
    type Kept = [Wide; 0];
    type Learned = [Wide; 0];
    type LearnedAtStep = [Wide; 0];

    fn dynamics(&self) -> Signed<HARD> {
        self.0
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
        _: &mut [Wide; 0],
    ) -> (Wide, [Wide; 1]) {
        signed.adjoint::<DETACH>(step.u, spikes, after, through_fire)
    }
}
