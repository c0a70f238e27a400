//! Neurons whose membrane is normalised between charge and fire, over all pixels of a time step: all of them take a step
//! before any takes the next. Their membranes are kept for the way back, which a step's statistics would take a whole
//! forward pass to compute again.
//!
//! Evaluation normalises by running statistics, which are the same at all steps, and so fires by a threshold for each
//! channel ([`cut`]) in the walk of all other neurons.

mod backward;
mod cut;
mod forward;
#[cfg(test)]
mod tests;

pub(crate) use backward::Backward;
pub(crate) use forward::Forward;

use crate::neurons::Dynamics;
use crate::norms::{Layer, Sums, row, table_len};
use crate::simd::{Mask, Wide};

/// A neuron that fires by what a norm makes of its membrane. Its state is made by the reset alone, of u and the spike.
pub(crate) trait Normed: Copy + Sync {
    type Dynamics: Dynamics<State = [Wide; 1]>;

    fn dynamics(&self) -> Self::Dynamics;

    /// The gradients of x and of the state before the step, from those of the spikes and of the state after it.
    /// `through_fire` makes dL/du of a dL/ds.
    fn adjoint(
        &self,
        u: Wide,
        fired: Mask,
        spikes: Wide,
        after: Wide,
        through_fire: impl FnOnce(Wide) -> Wide,
    ) -> (Wide, Wide);
}

pub(crate) enum Pass<'a> {
    Forward(Forward<'a>),
    Backward(Backward<'a>),
    Fold { running: &'a [f32], table: &'a mut [f32], folded: &'a mut [f32] },
}

/// What a forward pass keeps for the way back.
pub struct Membrane<'a> {
    /// u `[T, B, H, W, C]`
    pub u: &'a mut [f32],
    /// What each step normalised by, `[T]` tables of one step.
    pub table: &'a mut [f32],
    /// Of [`crate::batch_norm::statistics`].
    pub scratch: &'a mut [f32],
}

/// `layer`: of the norm, at one step; `learned`: its parameters, or for the walk of an evaluation what `Fold` left.
pub(crate) fn run<N: Normed>(neuron: &N, threshold: f32, layer: Layer, learned: &[f32], pass: super::Pass) {
    match pass {
        super::Pass::Forward(forward) => forward.run(&cut::Cut::new(neuron.dynamics(), learned)),
        super::Pass::Steps(Pass::Forward(forward)) => forward.run(neuron, layer, learned),
        super::Pass::Steps(Pass::Backward(backward)) => backward.run(neuron, layer, learned),
        super::Pass::Steps(Pass::Fold { running, table, folded }) => {
            cut::fold(threshold, &layer, learned, running, table, folded);
        }
        super::Pass::Backward(_) | super::Pass::Learn { .. } => panic!("these neurons go back step by step"),
    }
}

/// The map of a step's norm in a vector's channels.
#[derive(Clone, Copy)]
struct Map {
    scale: Wide,
    shift: Wide,
}

impl Map {
    /// # Safety
    /// `c + 4 * quads` at most channels.
    #[inline(always)]
    unsafe fn at(table: &[f32], channels: usize, c: usize, quads: usize) -> Self {
        let [scale, shift] = [0, 1].map(|r| unsafe { read(table, channels, r, c, quads) });
        Self { scale, shift }
    }

    #[inline(always)]
    fn of(self, u: Wide) -> Wide {
        self.scale * u + self.shift
    }
}

/// Some channels of a row of a table of one step.
///
/// # Safety
/// `c + 4 * quads` at most channels.
#[inline(always)]
unsafe fn read(table: &[f32], channels: usize, at: usize, c: usize, quads: usize) -> Wide {
    unsafe { Wide::load_quads(row(table, channels, at).as_ptr().add(c), quads) }
}

/// Floats of a membrane's table.
pub(crate) fn tables_len(steps: usize, channels: usize) -> usize {
    steps * table_len(1, channels)
}

/// The sums of a single step.
fn sums_of_step<'a>(sums: &'a [f32], channels: usize, count: usize) -> Sums<'a> {
    let (g, gy) = sums.split_at(channels);
    Sums::new(g, gy, channels, 1, count)
}
