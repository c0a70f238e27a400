//! The neuron of Diet-SNN (Rathi and Roy 2021): threshold and decay are learned, one of each for a layer, as they are. Per
//! neuron, m_0 = s_0 = 0:
//!
//!   charge  u_t = decay * m_{t-1} - threshold * s_{t-1} + x_t     what is subtracted does not decay
//!   fire    s_t = [u_t > threshold]                               the surrogate is asked about u_t / threshold - 1
//!   reset   m_t = u_t  soft,   m_t = u_t * (1 - s_t) and nothing is subtracted  hard
//!
//! Back, with gM and gR the gradients of m_t and of s_t in the next charge, and f_t = a_t * phi'(u_t / threshold - 1):
//!
//!   soft reset  a_t = gS_t + gR_t         gU_t = f_t / threshold + gM_t
//!   hard reset  a_t = gS_t - gM_t * u_t   gU_t = f_t / threshold + gM_t * (1 - s_t)
//!   (detached: a_t = gS_t)                dL/dx_t = gU_t,  gM_{t-1} = decay * gU_t,  gR_{t-1} = -threshold * gU_t
//!
//!   dL/ddecay = sum of gU_t * m_{t-1}     dL/dthreshold = sum of -f_t * u_t / threshold^2 - gU_t * s_{t-1}  (the latter soft)

use super::{Dynamics, Kind, Neuron, Per, Rows, Step};
use crate::simd::{Mask, Wide};
use crate::walk::{self, Dims, Pass};

/// Numbers: hard reset, detached reset. Learned: threshold, decay.
pub const KIND: Kind = Kind {
    name: "diet",
    learned: |_| &[Per::Layer, Per::Layer],
    sums: Rows { of_all: 2, of_each: 0 },
    run: |neurons, pass| {
        let &[hard, detach] = neurons.numbers else { panic!("two numbers, not {}", neurons.numbers.len()) };
        by_reset!(hard != 0.0, detach != 0.0, HARD, DETACH, run::<HARD, DETACH>(neurons.learned, pass))
    },
    ..Kind::PLAIN
};

fn run<const HARD: bool, const DETACH: bool>(learned: &[f32], pass: Pass) {
    let [threshold, decay] = [learned[0], learned[4]];
    let [threshold, share, decay] = [threshold, 1.0 / threshold, decay].map(Wide::splat);
    walk::run(&Diet::<HARD, DETACH>(Charging { threshold, share, decay }), pass);
}

#[derive(Clone, Copy)]
struct Charging<const HARD: bool> {
    threshold: Wide,
    /// 1 / threshold
    share: Wide,
    decay: Wide,
}

impl<const HARD: bool> Dynamics for Charging<HARD> {
    /// m, and s as a number where it is subtracted.
    type State = [Wide; 2];

    #[inline(always)]
    fn charge(&self, _t: usize, [m, s]: [Wide; 2], x: Wide) -> Wide {
        let kept = self.decay * m;
        if HARD { kept + x } else { kept - self.threshold * s + x }
    }

    #[inline(always)]
    fn over(&self, u: Wide) -> Wide {
        u * self.share - Wide::splat(1.0)
    }

    #[inline(always)]
    fn fire(&self, u: Wide) -> Mask {
        u.gt(self.threshold)
    }

    #[inline(always)]
    fn reset(&self, _: [Wide; 2], u: Wide, fired: Mask) -> [Wide; 2] {
        if HARD { [fired.drop(u), Wide::zero()] } else { [u, fired.keep(Wide::splat(1.0))] }
    }
}

#[derive(Clone, Copy)]
struct Diet<const HARD: bool, const DETACH: bool>(Charging<HARD>);

impl<const HARD: bool, const DETACH: bool> Neuron for Diet<HARD, DETACH> {
    type Dynamics = Charging<HARD>;
    /// The state before.
    type Kept = [Wide; 2];
    /// By threshold and by decay.
    type Learned = [Wide; 2];
    type LearnedAtStep = [Wide; 0];

    fn dynamics(&self) -> Charging<HARD> {
        self.0
    }

    #[inline(always)]
    fn keep(&self, before: [Wide; 2], _: Wide) -> [Wide; 2] {
        before
    }

    #[inline(always)]
    fn adjoint(
        &self,
        charging: &Charging<HARD>,
        step: Step<Self>,
        spikes: Wide,
        [m, s]: [Wide; 2],
        through_fire: impl FnOnce(Wide) -> Wide,
        [by_threshold, by_decay]: &mut [Wide; 2],
    ) -> (Wide, [Wide; 2]) {
        let a = match (DETACH, HARD) {
            (true, _) => spikes,
            (false, true) => spikes - m * step.u,
            (false, false) => spikes + s,
        };
        let fired = through_fire(a) * charging.share;
        let carried = if HARD { charging.fire(step.u).drop(m) } else { m };
        let u = fired + carried;
        let [m_before, s_before] = step.kept;
        *by_decay = *by_decay + u * m_before;
        *by_threshold = *by_threshold - fired * (step.u * charging.share);
        if !HARD {
            *by_threshold = *by_threshold - u * s_before;
        }
        let subtracted = if HARD { Wide::zero() } else { Wide::zero() - charging.threshold * u };
        (u, [charging.decay * u, subtracted])
    }

    fn learn(&self, dims: Dims, sums: &[f32], gradient: &mut [f32]) {
        for (row, sums) in sums.chunks_exact(dims.channels).enumerate() {
            gradient[4 * row] += sums.iter().map(|&sum| sum as f64).sum::<f64>() as f32;
        }
    }
}
