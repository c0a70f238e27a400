//! What all norms share of a layer's passes.

use super::table::table_len;
use super::{Norm, Spread, Sums, Table};
use crate::batch_norm;

/// A layer's norm, sizes and numbers.
#[derive(Clone, Copy)]
pub struct Layer {
    pub norm: &'static dyn Norm,
    pub steps: usize,
    pub channels: usize,
    pub eps: f32,
    /// Share of a batch in the running statistics.
    pub momentum: f32,
    /// Of normalised values, for the norms that look at it: alpha * threshold in tdBN.
    pub deviation: f32,
}

impl Layer {
    /// Steps of the table.
    pub fn table_steps(&self) -> usize {
        self.steps_of(self.norm.map())
    }

    pub fn table_len(&self) -> usize {
        table_len(self.table_steps(), self.channels)
    }

    /// Means and variances of each channel.
    pub fn groups(&self) -> usize {
        self.steps_of(self.norm.statistics())
    }

    fn steps_of(&self, spread: Spread) -> usize {
        if spread == Spread::EachStep { self.steps } else { 1 }
    }

    /// Floats of scratch for [`Layer::forward_train`] of a y of so many rows.
    pub fn scratch_len(&self, rows: usize) -> usize {
        batch_norm::scratch_len(rows, self.channels)
    }

    /// Fills the table from the statistics of y `[T or 1, B, H, W, C]`, and moves the running ones; `repeats`: time steps
    /// that each row of y stands for.
    pub fn forward_train(
        &self,
        y: &[f32],
        repeats: usize,
        parameters: &[f32],
        running: &mut [f32],
        scratch: &mut [f32],
        table: &mut [f32],
    ) {
        let (c, norm) = (self.channels, self.norm);
        let table = &mut Table::new(table, c);
        // Steps that are the same have the same statistics.
        let parts = if repeats == 1 { self.groups() } else { 1 };
        assert!(repeats == 1 || repeats == self.steps);
        for (step, part) in y.chunks_exact(y.len() / parts).enumerate() {
            let rows = table.step(step);
            batch_norm::statistics(c, part, scratch, rows.mean, rows.var);
            norm.moments(rows.mean, rows.var);
        }
        (parts..table.steps()).for_each(|step| table.share_statistics(step));
        let count = y.len() / c * repeats / self.groups();
        for group in 0..self.groups() {
            let rows = table.step(group);
            norm.follow(self, group, count, rows.mean, rows.var, running);
        }
        norm.forward(self, parameters, table);
    }

    /// Fills the table from the running statistics.
    pub fn forward_eval(&self, parameters: &[f32], running: &[f32], table: &mut [f32]) {
        let table = &mut Table::new(table, self.channels);
        for group in 0..self.groups() {
            let rows = table.step(group);
            self.norm.recall(self, group, running, rows.mean, rows.var);
        }
        (self.groups()..table.steps()).for_each(|step| table.share_statistics(step));
        self.norm.forward(self, parameters, table);
    }

    /// From what the neurons summed: adds to the parameters' gradients and fills the table's a, b and c.
    pub fn backward(&self, parameters: &[f32], sums: &Sums, gradients: &mut [f32], table: &mut [f32]) {
        self.norm.backward(self, parameters, sums, gradients, &mut Table::new(table, self.channels));
    }
}
