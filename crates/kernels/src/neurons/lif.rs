//! Leaky integrate-and-fire (Guo et al.; method reference, section 1.1). Per neuron, m_0 = 0:
//!
//!   charge  u_t = decay * m_{t-1} + k * x_t       k = 1, or 1 - decay with decayInput
//!   fire    s_t = [u_t > threshold]
//!   reset   m_t = u_t * (1 - s_t)  hard,   u_t - threshold * s_t  soft
//!
//! Back through time. With gS_t = dL/ds_t and gM_T = 0, for t = T..1:
//!
//!   hard reset  a_t = gS_t - gM_t * u_t       gU_t = a_t * phi'(u_t) + gM_t * (1 - s_t)
//!   soft reset  a_t = gS_t - threshold * gM_t gU_t = a_t * phi'(u_t) + gM_t
//!   (detached: a_t = gS_t)                    dL/dx_t = k * gU_t,  gM_{t-1} = decay * gU_t

use super::{Dynamics, Kind, Neuron, Step};
use crate::simd::{Mask, Wide};
use crate::walk::{self, Pass};

pub const KIND: Kind = Kind { name: "lif", run: |neurons, pass| Numbers::of(neurons.numbers).run(pass), ..Kind::PLAIN };

/// A LIF's options.
#[derive(Clone, Copy)]
pub struct Numbers {
    pub decay: f32,
    pub threshold: f32,
    /// Hard reset to zero, else soft reset by subtraction.
    pub hard_reset: bool,
    /// No gradient through the reset.
    pub detach_reset: bool,
    /// The input counts (1 - decay) times.
    pub decay_input: bool,
}

impl Numbers {
    pub fn of(numbers: &[f32]) -> Self {
        let &[decay, threshold, hard, detach, decay_input] = numbers else {
            panic!("five numbers, not {}", numbers.len())
        };
        let [hard_reset, detach_reset, decay_input] = [hard, detach, decay_input].map(|flag| flag != 0.0);
        Self { decay, threshold, hard_reset, detach_reset, decay_input }
    }

    pub fn run(self, pass: Pass) {
        by_reset!(self.hard_reset, self.detach_reset, HARD, DETACH, {
            walk::run(&Lif::<HARD, DETACH>(Leaky::new(self)), pass)
        })
    }
}

#[derive(Clone, Copy)]
pub struct Leaky<const HARD: bool> {
    decay: Wide,
    pub threshold: Wide,
    input_scale: Wide,
}

impl<const HARD: bool> Leaky<HARD> {
    pub fn new(n: Numbers) -> Self {
        let input_scale = if n.decay_input { 1.0 - n.decay } else { 1.0 };
        let [decay, threshold, input_scale] = [n.decay, n.threshold, input_scale].map(Wide::splat);
        Self { decay, threshold, input_scale }
    }

    /// dL/du of a step, in which `fired` did.
    #[inline(always)]
    pub fn membrane_gradient<const DETACH: bool>(
        &self,
        u: Wide,
        fired: impl FnOnce() -> Mask,
        spikes: Wide,
        after: Wide,
        through_fire: impl FnOnce(Wide) -> Wide,
    ) -> Wide {
        let a = match (DETACH, HARD) {
            (true, _) => spikes,
            (false, true) => spikes - after * u,
            (false, false) => spikes - self.threshold * after,
        };
        let carried = if HARD { fired().drop(after) } else { after };
        through_fire(a) + carried
    }

    /// The gradients of x and of the membrane before, from that of u.
    #[inline(always)]
    pub fn charge_gradient(&self, u: Wide) -> (Wide, [Wide; 1]) {
        (self.input_scale * u, [self.decay * u])
    }
}

impl<const HARD: bool> Dynamics for Leaky<HARD> {
    type State = [Wide; 1];

    const COMMON: bool = true;

    #[inline(always)]
    fn charge(&self, _t: usize, [m]: [Wide; 1], x: Wide) -> Wide {
        self.decay * m + self.input_scale * x
    }

    #[inline(always)]
    fn over(&self, u: Wide) -> Wide {
        u - self.threshold
    }

    #[inline(always)]
    fn fire(&self, u: Wide) -> Mask {
        u.gt(self.threshold)
    }

    #[inline(always)]
    fn reset(&self, _: [Wide; 1], u: Wide, fired: Mask) -> [Wide; 1] {
        [if HARD { fired.drop(u) } else { u - fired.keep(self.threshold) }]
    }
}

#[derive(Clone, Copy)]
struct Lif<const HARD: bool, const DETACH: bool>(Leaky<HARD>);

impl<const HARD: bool, const DETACH: bool> Neuron for Lif<HARD, DETACH> {
    type Dynamics = Leaky<HARD>;
    type Kept = [Wide; 0];
    type Learned = [Wide; 0];
    type LearnedAtStep = [Wide; 0];

    const FLAT: bool = true;
    const SHORT: bool = HARD && !DETACH;

    fn dynamics(&self) -> Leaky<HARD> {
        self.0
    }

    #[inline(always)]
    fn keep(&self, _: [Wide; 1], _: Wide) -> [Wide; 0] {
        []
    }

    #[inline(always)]
    fn adjoint(
        &self,
        leaky: &Leaky<HARD>,
        step: Step<Self>,
        spikes: Wide,
        [after]: [Wide; 1],
        through_fire: impl FnOnce(Wide) -> Wide,
        _: &mut [Wide; 0],
    ) -> (Wide, [Wide; 1]) {
        let fired = || leaky.fire(step.u);
        leaky.charge_gradient(leaky.membrane_gradient::<DETACH>(step.u, fired, spikes, after, through_fire))
    }
}
