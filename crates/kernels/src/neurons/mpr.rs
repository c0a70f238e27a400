//! The membrane remap of "Reducing Information Loss for Spiking Neural Networks" (Guo et al. 2022): before a neuron fires,
//! its membrane is moved towards the two values that a spike can have, 0 and `spike` = 2 * threshold. What is carried to
//! the next step is the membrane as it was. With w = u / spike:
//!
//!   remap   r(w) = cbrt(w)                                     w > 1
//!           r(w) = 1/2 + tanh(3 (w - 1/2)) / (2 tanh(3/2))     from 0 to 1
//!           r(w) = 1 - cbrt(1 - w)                             w < 0
//!   charge  u_t = decay * m_{t-1} + x_t
//!   fire    s_t = [r(w_t) > 1/2], which is [u_t > threshold]; the surrogate is asked about spike * (r(w_t) - 1/2)
//!   reset   m_t = u_t * (1 - s_t)  hard,   u_t - spike * s_t  soft
//!
//! So it is the way back that the remap changes: the surrogate's derivative there, times r'(w).

use super::{Dynamics, Kind, Neuron, Step};
use crate::exact;
use crate::simd::{Mask, Wide};
use crate::walk;

/// Numbers: decay, threshold, hard reset, detached reset.
pub const KIND: Kind = Kind {
    name: "mpr",
    run: |neurons, pass| {
        let &[decay, threshold, hard, detach] = neurons.numbers else {
            panic!("four numbers, not {}", neurons.numbers.len());
        };
        by_reset!(hard != 0.0, detach != 0.0, HARD, DETACH, {
            walk::run(&Mpr::<HARD, DETACH>(Remapped::new(decay, threshold)), pass)
        })
    },
    ..Kind::PLAIN
};

/// tanh(3/2)
const TOP: f32 = 0.905_148_25;

fn remap(w: f32) -> f32 {
    if w > 1.0 {
        exact::cbrtf(w)
    } else if w < 0.0 {
        1.0 - exact::cbrtf(1.0 - w)
    } else {
        0.5 + exact::tanhf(3.0 * (w - 0.5)) / (2.0 * TOP)
    }
}

/// r' of a membrane that was moved to `r`.
fn slope(r: f32) -> f32 {
    if r > 1.0 {
        1.0 / (3.0 * (r * r))
    } else if r < 0.0 {
        1.0 / (3.0 * ((1.0 - r) * (1.0 - r)))
    } else {
        let tanh = 2.0 * TOP * (r - 0.5);
        3.0 * (1.0 - tanh * tanh) / (2.0 * TOP)
    }
}

/// r(w) - 1/2. A call, as the next: four times the code of tanh and of cube roots in each of the loops would be much.
#[inline(never)]
fn remapped(w: Wide) -> Wide {
    w.map(|w| remap(w) - 0.5)
}

/// r' from r - 1/2.
#[inline(never)]
fn slopes(r: Wide) -> Wide {
    r.map(|r| slope(r + 0.5))
}

#[derive(Clone, Copy)]
struct Remapped<const HARD: bool> {
    decay: Wide,
    threshold: Wide,
    spike: Wide,
    /// 1 / spike
    share: Wide,
}

impl<const HARD: bool> Remapped<HARD> {
    fn new(decay: f32, threshold: f32) -> Self {
        let spike = 2.0 * threshold;
        let [decay, threshold, spike, share] = [decay, threshold, spike, 1.0 / spike].map(Wide::splat);
        Self { decay, threshold, spike, share }
    }
}

impl<const HARD: bool> Dynamics for Remapped<HARD> {
    type State = [Wide; 1];

    #[inline(always)]
    fn charge(&self, _t: usize, [m]: [Wide; 1], x: Wide) -> Wide {
        self.decay * m + x
    }

    #[inline(always)]
    fn over(&self, u: Wide) -> Wide {
        self.spike * remapped(u * self.share)
    }

    #[inline(always)]
    fn fire(&self, u: Wide) -> Mask {
        u.gt(self.threshold)
    }

    #[inline(always)]
    fn reset(&self, _: [Wide; 1], u: Wide, fired: Mask) -> [Wide; 1] {
        [if HARD { fired.drop(u) } else { u - fired.keep(self.spike) }]
    }
}

#[derive(Clone, Copy)]
struct Mpr<const HARD: bool, const DETACH: bool>(Remapped<HARD>);

impl<const HARD: bool, const DETACH: bool> Neuron for Mpr<HARD, DETACH> {
    type Dynamics = Remapped<HARD>;
    type Kept = [Wide; 0];
    type Learned = [Wide; 0];
    type LearnedAtStep = [Wide; 0];

    fn dynamics(&self) -> Remapped<HARD> {
        self.0
    }

    #[inline(always)]
    fn keep(&self, _: [Wide; 1], _: Wide) -> [Wide; 0] {
        []
    }

    #[inline(always)]
    fn adjoint(
        &self,
        dynamics: &Remapped<HARD>,
        step: Step<Self>,
        spikes: Wide,
        [after]: [Wide; 1],
        through_fire: impl FnOnce(Wide) -> Wide,
        _: &mut [Wide; 0],
    ) -> (Wide, [Wide; 1]) {
        let a = match (DETACH, HARD) {
            (true, _) => spikes,
            (false, true) => spikes - after * step.u,
            (false, false) => spikes - dynamics.spike * after,
        };
        let carried = if HARD { dynamics.fire(step.u).drop(after) } else { after };
        let through_remap = slopes(step.over * dynamics.share);
        let u = through_fire(a) * through_remap + carried;
        (u, [dynamics.decay * u])
    }
}
