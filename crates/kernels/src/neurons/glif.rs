//! GLIF (Yao et al. 2022): a LIF between leaks and resets of two kinds, and with a share of its input for each step; gates
//! learn how far. What is learned goes through a sigmoid: per layer or per channel the gates alpha, beta, gamma, then
//! decay, threshold, leak and drop; conductance for each step. Per neuron, v_0 = s_0 = 0:
//!
//!   charge  u_t = A * (v_{t-1} - gamma * v_{t-1} * s_{t-1}) - (1 - alpha) * leak - (1 - gamma) * drop * s_{t-1} + k_t * x_t
//!           A = 1 - alpha * (1 - decay)        k_t = 1 - beta * (1 - conductance_t)
//!   fire    s_t = [u_t > threshold]            v_t = u_t: the reset is in the next charge
//!
//! Back, with gV and gR the gradients of v_t and of s_t in the next charge, and f_t = a_t * phi'(u_t - threshold):
//!
//!   a_t = gS_t + gR_t  (detached: gS_t)        gU_t = f_t + gV_t
//!   dL/dx_t = k_t * gU_t      gV_{t-1} = A * (1 - gamma * s_{t-1}) * gU_t      gR_{t-1} = -(A * gamma * v_{t-1} + (1 - gamma) * drop) * gU_t
//!
//! All that is learned needs five sums over neurons and steps, and sum of gU_t * x_t at each step: see `learn`.

use super::{Dynamics, Kind, Neuron, Per, Rows, Step};
use crate::exact;
use crate::simd::{Mask, Wide};
use crate::walk::{self, Dims};

/// Numbers: learned per channel, detached reset. Learned: see above.
pub const KIND: Kind = Kind {
    name: "glif",
    learned: |numbers| if numbers[0] != 0.0 { &OF_CHANNELS } else { &OF_LAYER },
    sums: Rows { of_all: 5, of_each: 1 },
    table: Rows { of_all: CONSTANTS, of_each: 1 },
    fill,
    run: |neurons, pass| {
        let &[per_channel, detach] = neurons.numbers else { panic!("two numbers, not {}", neurons.numbers.len()) };
        let learned = Learned { values: neurons.learned, per_channel: per_channel != 0.0 };
        let zero = Wide::zero();
        let channels = pass.dims().channels;
        let gates = Gates { table: neurons.table, channels, c: 0, quads: 0, constants: [zero; CONSTANTS] };
        match detach != 0.0 {
            false => walk::run(&Glif::<false> { gates, learned }, pass),
            true => walk::run(&Glif::<true> { gates, learned }, pass),
        }
    },
    ..Kind::PLAIN
};

/// What is learned besides conductances.
const SINGLE: usize = 7;
const OF_LAYER: [Per; SINGLE + 1] = of(Per::Layer, Per::Step);
const OF_CHANNELS: [Per; SINGLE + 1] = of(Per::Channel, Per::StepAndChannel);

const fn of(single: Per, conductance: Per) -> [Per; SINGLE + 1] {
    [single, single, single, single, single, single, single, conductance]
}

/// A, gamma, (1 - alpha) * leak, (1 - gamma) * drop, threshold.
const CONSTANTS: usize = 5;

/// Reads what is learned, through the sigmoid.
#[derive(Clone, Copy)]
struct Learned<'a> {
    values: &'a [f32],
    per_channel: bool,
}

impl Learned<'_> {
    fn place(&self, dims: Dims, which: usize, c: usize) -> usize {
        if self.per_channel { which * dims.channels + c } else { 4 * which }
    }

    fn conductance_place(&self, dims: Dims, t: usize, c: usize) -> usize {
        self.place(dims, SINGLE, 0) + if self.per_channel { t * dims.channels + c } else { t }
    }

    fn at(&self, place: usize) -> f64 {
        1.0 / (1.0 + exact::exp(-(self.values[place] as f64)))
    }

    fn all(&self, dims: Dims, c: usize) -> [f64; SINGLE] {
        core::array::from_fn(|which| self.at(self.place(dims, which, c)))
    }
}

fn fill(numbers: &[f32], learned: &[f32], dims: Dims, table: &mut [f32]) {
    let learned = Learned { values: learned, per_channel: numbers[0] != 0.0 };
    for c in 0..dims.channels {
        if c > 0 && !learned.per_channel {
            table.chunks_exact_mut(dims.channels).for_each(|row| row[c] = row[0]);
            continue;
        }
        let [alpha, beta, gamma, decay, threshold, leak, drop] = learned.all(dims, c);
        let constants = [1.0 - alpha * (1.0 - decay), gamma, (1.0 - alpha) * leak, (1.0 - gamma) * drop, threshold];
        let shares = (0..dims.steps).map(|t| 1.0 - beta * (1.0 - learned.at(learned.conductance_place(dims, t, c))));
        for (row, value) in table.chunks_exact_mut(dims.channels).zip(constants.into_iter().chain(shares)) {
            row[c] = value as f32;
        }
    }
}

#[derive(Clone, Copy)]
struct Gates<'a> {
    /// `[CONSTANTS + T, C]`
    table: &'a [f32],
    channels: usize,
    /// Of the vector that `constants` are of.
    c: usize,
    quads: usize,
    constants: [Wide; CONSTANTS],
}

impl Gates<'_> {
    #[inline(always)]
    fn row(&self, row: usize, c: usize, quads: usize) -> Wide {
        unsafe { Wide::load_quads(self.table[row * self.channels + c..][..4 * quads].as_ptr(), quads) }
    }

    /// k_t
    #[inline(always)]
    fn share(&self, t: usize) -> Wide {
        self.row(CONSTANTS + t, self.c, self.quads)
    }
}

impl Dynamics for Gates<'_> {
    /// v, and s as a number.
    type State = [Wide; 2];

    #[inline(always)]
    fn at_channel(self, c: usize, quads: usize) -> Self {
        Self { c, quads, constants: core::array::from_fn(|row| self.row(row, c, quads)), ..self }
    }

    #[inline(always)]
    fn charge(&self, t: usize, [v, s]: [Wide; 2], x: Wide) -> Wide {
        let [kept, gamma, leak, drop, _] = self.constants;
        kept * (v - gamma * v * s) - leak - drop * s + self.share(t) * x
    }

    #[inline(always)]
    fn over(&self, u: Wide) -> Wide {
        u - self.constants[4]
    }

    #[inline(always)]
    fn fire(&self, u: Wide) -> Mask {
        u.gt(self.constants[4])
    }

    #[inline(always)]
    fn reset(&self, _: [Wide; 2], u: Wide, fired: Mask) -> [Wide; 2] {
        [u, fired.keep(Wide::splat(1.0))]
    }
}

#[derive(Clone, Copy)]
struct Glif<'a, const DETACH: bool> {
    gates: Gates<'a>,
    learned: Learned<'a>,
}

impl<'a, const DETACH: bool> Neuron for Glif<'a, DETACH> {
    type Dynamics = Gates<'a>;
    /// The state before, and x.
    type Kept = [Wide; 3];
    /// gU, and f; gU times v, v * s and s, all of these before.
    type Learned = [Wide; 5];
    /// gU * x
    type LearnedAtStep = [Wide; 1];

    fn dynamics(&self) -> Gates<'a> {
        self.gates
    }

    #[inline(always)]
    fn keep(&self, [v, s]: [Wide; 2], x: Wide) -> [Wide; 3] {
        [v, s, x]
    }

    #[inline(always)]
    fn adjoint(
        &self,
        gates: &Gates,
        step: Step<Self>,
        spikes: Wide,
        [v, s]: [Wide; 2],
        through_fire: impl FnOnce(Wide) -> Wide,
        [all, fired, by_v, by_both, by_s]: &mut [Wide; 5],
    ) -> (Wide, [Wide; 2]) {
        let f = through_fire(if DETACH { spikes } else { spikes + s });
        let u = f + v;
        let [v_before, s_before, x] = step.kept;
        let through_v = u * v_before;
        *all = *all + u;
        *fired = *fired + f;
        *by_v = *by_v + through_v;
        *by_both = *by_both + through_v * s_before;
        *by_s = *by_s + u * s_before;
        let [by_x] = step.sums;
        *by_x = *by_x + u * x;
        let [kept, gamma, _, drop, _] = gates.constants;
        let (dv, ds) = (kept * (u - gamma * u * s_before), kept * gamma * through_v + drop * u);
        (gates.share(step.t) * u, [dv, Wide::zero() - ds])
    }

    fn learn(&self, dims: Dims, sums: &[f32], gradient: &mut [f32]) {
        let Self { learned, .. } = self;
        // The sigmoids of a layer are the same in all channels, so that their sums may be taken first.
        let group = if learned.per_channel { 1 } else { dims.channels };
        for c in (0..dims.channels).step_by(group) {
            let sum = |row: usize| sums[row * dims.channels + c..][..group].iter().map(|&sum| sum as f64).sum::<f64>();
            let [all, fired, by_v, by_both, by_s]: [f64; 5] = core::array::from_fn(sum);
            let [alpha, beta, gamma, decay, _, leak, drop] = learned.all(dims, c);
            let mut add = |place: usize, by_value: f64| {
                let value = learned.at(place);
                gradient[place] += (by_value * value * (1.0 - value)) as f32;
            };
            let mut by_beta = 0.0;
            for t in 0..dims.steps {
                let (by_x, place) = (sum(5 + t), learned.conductance_place(dims, t, c));
                by_beta -= (1.0 - learned.at(place)) * by_x;
                add(place, beta * by_x);
            }
            let held = by_v - gamma * by_both;
            let kept = 1.0 - alpha * (1.0 - decay);
            let by = [
                (decay - 1.0) * held + leak * all,
                by_beta,
                drop * by_s - kept * by_both,
                alpha * held,
                -fired,
                -(1.0 - alpha) * all,
                -(1.0 - gamma) * by_s,
            ];
            for (which, by) in by.into_iter().enumerate() {
                add(learned.place(dims, which, c), by);
            }
        }
    }
}
