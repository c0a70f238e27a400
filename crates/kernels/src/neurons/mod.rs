//! Spiking neurons: a file for each kind, and a line in [`KINDS`].
//!
//! A neuron is a few small functions on a vector's channels at once. [`crate::walk`] runs them over pixels and time steps, and is
//! compiled for each neuron, so that its numbers stay in registers.

/// Runs `$call` with the constants HARD and DETACH, as the two flags are: neurons are compiled for each reset.
macro_rules! by_reset {
    ($hard:expr, $detach:expr, $HARD:ident, $DETACH:ident, $call:expr) => {
        match ($hard, $detach) {
            (true, false) => by_reset!(@ $HARD true, $DETACH false, $call),
            (true, true) => by_reset!(@ $HARD true, $DETACH true, $call),
            (false, false) => by_reset!(@ $HARD false, $DETACH false, $call),
            (false, true) => by_reset!(@ $HARD false, $DETACH true, $call),
        }
    };
    (@ $HARD:ident $hard:literal, $DETACH:ident $detach:literal, $call:expr) => {{
        const $HARD: bool = $hard;
        const $DETACH: bool = $detach;
        $call
    }};
}

mod diet;
mod glif;
mod integrate_and_fire;
mod lif;
mod mpbn;
mod mpr;
mod plif;
mod ternary;
mod trainable_ternary;

use crate::simd::{Mask, Wide};
use crate::surrogates::Surrogate;
use crate::walk::{Backward, Current, Dims, Forward, Pass, Residual, steps};

pub use crate::walk::steps::Membrane;

/// All there are; a kind's place is its number at the edge.
pub const KINDS: [&Kind; 9] = [
    &lif::KIND,
    &integrate_and_fire::KIND,
    &plif::KIND,
    &mpbn::KIND,
    &ternary::KIND,
    &trainable_ternary::KIND,
    &diet::KIND,
    &glif::KIND,
    &mpr::KIND,
];

pub struct Kind {
    pub name: &'static str,
    /// What a layer with these numbers learns, in the order in which it lies in memory.
    pub learned: fn(numbers: &[f32]) -> &'static [Per],
    /// The running statistics of a membrane that is normalised between charge and fire. Such neurons learn by
    /// [`Neurons::forward_steps`] and [`Neurons::backward_steps`], and evaluate by what [`Neurons::fold`] leaves.
    pub running: &'static [Per],
    /// Sums per channel that the way back leaves for `learn`: those of [`Neuron::Learned`] and of [`Neuron::LearnedAtStep`].
    pub(crate) sums: Rows,
    /// Numbers per channel that the loops read in memory, made of what is learned.
    pub(crate) table: Rows,
    /// Makes them.
    pub(crate) fill: fn(numbers: &[f32], learned: &[f32], dims: Dims, table: &mut [f32]),
    /// Makes a neuron of the numbers of [`Neurons`] and of what they learned, and lets it run.
    pub(crate) run: fn(neurons: &Neurons, pass: Pass),
}

/// How many numbers there are of something learned. They lie in memory one after the other, each filled up to whole vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    Layer,
    Channel,
    /// `[T]`
    Step,
    /// `[T, C]`
    StepAndChannel,
}

/// Rows `[C]`: some of all time steps, behind them some of each.
#[derive(Clone, Copy)]
pub(crate) struct Rows {
    pub of_all: usize,
    pub of_each: usize,
}

impl Rows {
    pub const NONE: Self = Self { of_all: 0, of_each: 0 };

    fn at(&self, steps: usize) -> usize {
        self.of_all + steps * self.of_each
    }
}

/// How the neurons of a vector of neighbouring channels behave. Per neuron, with m_0 zero or [`Dynamics::start`]:
///
///   u_t = charge(m_{t-1}, x_t)      s_t = fire(u_t)      m_t = reset(m_{t-1}, u_t, s_t)
pub(crate) trait Dynamics: Copy + Sync {
    /// What a neuron takes from step to step.
    type State: Lanes;

    /// Whether the walk is compiled for each kind of residual: a third fewer instructions, twice as many bytes of code.
    const COMMON: bool = false;

    /// Whether a neuron that fires with a membrane below zero fires -1.
    const SIGNED: bool = false;

    /// The same with its numbers for the `4 * quads` channels from `c` on, where it has some per channel.
    #[inline(always)]
    fn at_channel(self, _c: usize, _quads: usize) -> Self {
        self
    }

    /// Before the first step, where the membrane does not start at zero as all of the state does.
    #[inline(always)]
    fn start(&self, membrane: Wide) -> Self::State {
        Self::State::from_fn(|i| if i == 0 { membrane } else { Wide::zero() })
    }

    fn charge(&self, t: usize, before: Self::State, x: Wide) -> Wide;

    /// u less the threshold: what the surrogate is asked about.
    fn over(&self, u: Wide) -> Wide;

    fn fire(&self, u: Wide) -> Mask;

    fn reset(&self, before: Self::State, u: Wide, fired: Mask) -> Self::State;
}

/// Dynamics, and the way back through them. Neurons that differ only in the latter share the walk forward.
pub(crate) trait Neuron: Copy + Sync {
    type Dynamics: Dynamics;
    /// What `adjoint` wants of a step besides u.
    type Kept: Lanes;
    /// Sums of a channel over all time steps, of which the gradients of what is learned are made.
    type Learned: Lanes;
    /// The same of each time step.
    type LearnedAtStep: Lanes;

    /// Whether the walk is compiled for flat surrogates, too.
    const FLAT: bool = false;
    /// Whether it is compiled for 2 and 4 steps, too, whose states then stay in registers.
    const SHORT: bool = false;

    fn dynamics(&self) -> Self::Dynamics;

    fn keep(&self, before: StateOf<Self>, x: Wide) -> Self::Kept;

    /// The gradients of x and of the state before the step, from those of the spikes and of the state after it.
    /// `through_fire` makes dL/du of a dL/ds. What is learned adds to `sums`. `dynamics` are those of the channels.
    fn adjoint(
        &self,
        dynamics: &Self::Dynamics,
        step: Step<Self>,
        spikes: Wide,
        after: StateOf<Self>,
        through_fire: impl FnOnce(Wide) -> Wide,
        sums: &mut Self::Learned,
    ) -> (Wide, StateOf<Self>);

    /// Adds to the gradient of what is learned, laid out as that is, from the sums of all neurons: `[Learned, C]`, then
    /// `[T, LearnedAtStep, C]`.
    fn learn(&self, _dims: Dims, _sums: &[f32], _gradient: &mut [f32]) {}
}

pub(crate) type StateOf<N> = <<N as Neuron>::Dynamics as Dynamics>::State;

/// A time step of a vector of neurons, as `adjoint` sees it.
pub(crate) struct Step<'a, N: Neuron> {
    pub t: usize,
    pub u: Wide,
    /// What [`Dynamics::over`] makes of u.
    pub over: Wide,
    pub kept: N::Kept,
    /// To be added to.
    pub sums: &'a mut N::LearnedAtStep,
}

/// Some numbers for each neuron of a vector.
///
/// # Safety
/// Its bits may all be zero.
pub(crate) unsafe trait Lanes: Copy + Sync {
    const LEN: usize;

    fn zero() -> Self;
    fn from_fn(f: impl FnMut(usize) -> Wide) -> Self;
    fn each(self, f: impl FnMut(usize, Wide));
}

unsafe impl<const N: usize> Lanes for [Wide; N] {
    const LEN: usize = N;

    #[inline(always)]
    fn zero() -> Self {
        [Wide::zero(); N]
    }

    #[inline(always)]
    fn from_fn(f: impl FnMut(usize) -> Wide) -> Self {
        core::array::from_fn(f)
    }

    #[inline(always)]
    fn each(self, mut f: impl FnMut(usize, Wide)) {
        self.into_iter().enumerate().for_each(|(i, number)| f(i, number));
    }
}

/// A layer's neurons.
#[derive(Clone, Copy)]
pub struct Neurons<'a> {
    pub kind: &'static Kind,
    /// Options, as the kind's file lists them.
    pub numbers: &'a [f32],
    /// As [`Kind::learned`] says; for `forward` of a kind with running statistics, what `fold` left.
    pub learned: &'a [f32],
    /// What [`Kind::fill_table`] made of that.
    pub table: &'a [f32],
    /// The membranes before the first step `[B, H, W, C]`, as [`crate::start`] makes them; empty: zero.
    pub start: &'a [f32],
    pub surrogate: Surrogate,
}

impl Neurons<'_> {
    fn run(&self, pass: Pass) {
        (self.kind.run)(self, pass);
    }

    /// Spikes `[T, B, H, W, words(C)]` from the sum of the terms; `active`, of the same shape or empty, receives the neurons
    /// whose surrogate derivative is not zero.
    pub fn forward(&self, dims: Dims, first: Current, residual: Residual, spikes: &mut [u32], active: &mut [u32]) {
        self.forward_signed(dims, first, residual, spikes, &mut [], active);
    }

    /// The same for neurons that fire -1, too, in a plane of its own; `negative` is empty for others.
    pub fn forward_signed(
        &self,
        dims: Dims,
        first: Current,
        residual: Residual,
        spikes: &mut [u32],
        negative: &mut [u32],
        active: &mut [u32],
    ) {
        let &Self { surrogate: Surrogate { half, .. }, start, .. } = self;
        self.run(Pass::Forward(Forward { dims, first, residual, start, half, spikes, negative, active }));
    }

    /// Replaces `g` = dL/ds `[T, B, H, W, C]` by dL/dx, and sums for the normalisations below.
    ///
    /// - `dense`: whether `g` holds a gradient already (at least where the surrogate is active); when not, only `inject`
    ///   comes from above.
    /// - `inject` `[B, C]` or empty: what the heads add to dL/ds, the same at every step and pixel.
    /// - `sums` `[sum_rows, C]`: over all (t, b, h, w), dL/dx, dL/dx * (y1 - mean1) and dL/dx * (y2 - mean2), or these three of
    ///   each step where a term's map is another one at each; then what `learn` needs.
    #[allow(clippy::too_many_arguments)] // Terms in, gradients out: one pass over memory instead of three.
    pub fn backward(
        &self,
        dims: Dims,
        first: Current,
        residual: Residual,
        dense: bool,
        inject: &[f32],
        partial: &mut [f32],
        g: &mut [f32],
        sums: &mut [f32],
    ) {
        let Self { surrogate, start, .. } = self;
        self.run(Pass::Backward(Backward { dims, first, residual, start, surrogate, dense, inject, partial, g, sums }));
    }

    /// Adds to the gradient of what is learned, which lies as that does, from the sums that `backward` left.
    pub fn learn(&self, dims: Dims, sums: &[f32], gradient: &mut [f32]) {
        let sums = &sums[sums.len() - self.kind.sums.at(dims.steps) * dims.channels..];
        self.run(Pass::Learn { dims, sums, gradient });
    }
}

/// Of kinds with running statistics.
impl Neurons<'_> {
    /// As `forward`, by each step's own statistics, of which the running ones hear. `membrane` is kept for `backward_steps`.
    #[allow(clippy::too_many_arguments)] // As `backward`.
    pub fn forward_steps(
        &self,
        dims: Dims,
        first: Current,
        residual: Residual,
        running: &mut [f32],
        membrane: Membrane,
        spikes: &mut [u32],
        active: &mut [u32],
    ) {
        let &Self { surrogate: Surrogate { half, .. }, start, .. } = self;
        let pass = steps::Forward { dims, first, residual, start, half, running, membrane, spikes, active };
        self.run(Pass::Steps(steps::Pass::Forward(pass)));
    }

    /// As `backward` and then `learn`, from the membrane that `forward_steps` left, which is gone afterwards.
    #[allow(clippy::too_many_arguments)] // As `backward`.
    pub fn backward_steps(
        &self,
        dims: Dims,
        first: Current,
        residual: Residual,
        dense: bool,
        inject: &[f32],
        membrane: Membrane,
        partial: &mut [f32],
        g: &mut [f32],
        sums: &mut [f32],
        gradient: &mut [f32],
    ) {
        let surrogate = &self.surrogate;
        let pass =
            steps::Backward { dims, first, residual, surrogate, dense, inject, membrane, partial, g, sums, gradient };
        self.run(Pass::Steps(steps::Pass::Backward(pass)));
    }

    /// Makes of what is learned and of the running statistics the numbers by which `forward` evaluates, which lie as what
    /// is learned does. `table`: scratch, of one step.
    pub fn fold(&self, running: &[f32], table: &mut [f32], folded: &mut [f32]) {
        self.run(Pass::Steps(steps::Pass::Fold { running, table, folded }));
    }
}

/// Sums per channel that every neuron leaves of its current.
pub(crate) const CURRENT_SUMS: usize = 3;

impl Kind {
    /// Whatever a neuron has that learns nothing.
    pub(crate) const PLAIN: Self = Self {
        name: "",
        learned: |_| &[],
        running: &[],
        sums: Rows::NONE,
        table: Rows::NONE,
        fill: |_, _, _, _| {},
        run: |_, _| unreachable!(),
    };

    /// # Panics
    /// If there is no such name.
    pub fn named(name: &str) -> &'static Self {
        KINDS.into_iter().find(|kind| kind.name == name).unwrap_or_else(|| panic!("there is no neuron {name}"))
    }

    /// Sums per channel that the backward pass leaves; `map_steps`: T where a term's map is another one at each step, else 1.
    pub fn sum_rows(&self, dims: &Dims, map_steps: usize) -> usize {
        map_steps * CURRENT_SUMS + self.sums.at(dims.steps)
    }

    /// Floats of scratch for the backward pass: the sums of each channel and task.
    pub fn partial_len(&self, dims: &Dims, map_steps: usize) -> usize {
        dims.tasks() * self.sum_rows(dims, map_steps) * dims.channels
    }

    /// Floats of what a layer with these numbers learns.
    pub fn learned_len(&self, numbers: &[f32], dims: &Dims) -> usize {
        len_of((self.learned)(numbers), dims)
    }

    /// Floats of a layer's running statistics.
    pub fn running_len(&self, dims: &Dims) -> usize {
        len_of(self.running, dims)
    }

    /// Floats of the table that [`Neurons`] have.
    pub fn table_len(&self, dims: &Dims) -> usize {
        self.table.at(dims.steps) * dims.channels
    }

    /// Makes it of what a layer learned.
    pub fn fill_table(&self, numbers: &[f32], learned: &[f32], dims: Dims, table: &mut [f32]) {
        assert_eq!((table.len(), learned.len()), (self.table_len(&dims), self.learned_len(numbers, &dims)));
        (self.fill)(numbers, learned, dims, table);
    }
}

fn len_of(numbers: &[Per], dims: &Dims) -> usize {
    let floats = |per: &Per| match per {
        Per::Layer => 4,
        Per::Channel => dims.channels,
        Per::Step => dims.steps.next_multiple_of(4),
        Per::StepAndChannel => dims.steps * dims.channels,
    };
    numbers.iter().map(floats).sum()
}
