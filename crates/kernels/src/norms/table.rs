//! Where the numbers of a layer's channels lie.

/// Rows of a step's part of a table.
const ROWS: usize = 7;
pub(super) const MEAN: usize = 2;

/// Floats of the table of so many steps.
pub fn table_len(steps: usize, channels: usize) -> usize {
    steps * ROWS * channels
}

/// All that a layer knows of its channels in a pass, `[T or 1][7][C]`: with one step, the same holds at all.
pub struct Table<'a> {
    numbers: &'a mut [f32],
    channels: usize,
}

/// A step's part of a table, `[C]` each.
pub struct Rows<'a> {
    pub scale: &'a mut [f32],
    pub shift: &'a mut [f32],
    pub mean: &'a mut [f32],
    pub var: &'a mut [f32],
    pub a: &'a mut [f32],
    pub b: &'a mut [f32],
    pub c: &'a mut [f32],
}

impl<'a> Table<'a> {
    pub fn new(numbers: &'a mut [f32], channels: usize) -> Self {
        assert!(numbers.len().is_multiple_of(ROWS * channels) && !numbers.is_empty());
        Self { numbers, channels }
    }

    pub fn steps(&self) -> usize {
        self.numbers.len() / (ROWS * self.channels)
    }

    pub fn step(&mut self, step: usize) -> Rows<'_> {
        let c = self.channels;
        let (scale, rest) = self.numbers[step * ROWS * c..][..ROWS * c].split_at_mut(c);
        let (shift, rest) = rest.split_at_mut(c);
        let (mean, rest) = rest.split_at_mut(c);
        let (var, rest) = rest.split_at_mut(c);
        let (a, rest) = rest.split_at_mut(c);
        let (b, c) = rest.split_at_mut(c);
        Rows { scale, shift, mean, var, a, b, c }
    }

    /// Gives a step the first step's mean and variance.
    pub(super) fn share_statistics(&mut self, step: usize) {
        let c = self.channels;
        self.numbers.copy_within(MEAN * c..(MEAN + 2) * c, (step * ROWS + MEAN) * c);
    }
}

/// One row of a table, from the first step's to the last one's: for [`at_each_step`].
pub fn row(table: &[f32], channels: usize, row: usize) -> &[f32] {
    let after = ROWS - 1 - row;
    &table[row * channels..table.len() - after * channels]
}

/// Floats from a step's `[C]` to the next step's in such a row; 0 for a single `[C]`, which holds at all steps.
///
/// # Panics
/// If it cannot be a row of `steps` steps.
pub fn at_each_step(row: &[f32], channels: usize, steps: usize) -> usize {
    let beyond = row.len() - channels;
    assert!(beyond == 0 || steps > 1 && beyond.is_multiple_of(steps - 1), "{} floats for {steps} steps", row.len());
    if beyond == 0 { 0 } else { beyond / (steps - 1) }
}

/// What the neurons leave of a term of their current: over `count` values of each channel, of all steps, the sums of
/// g = dL/dx and of g * (y - mean).
pub struct Sums<'a> {
    g: &'a [f32],
    gy: &'a [f32],
    /// Of a `[C]` each: T, or 1 for sums of all steps together.
    parts: usize,
    stride: usize,
    pub count: usize,
}

impl<'a> Sums<'a> {
    /// `g`, `gy`: a `[C]` of each step, or one of all steps together, as [`at_each_step`] has them.
    pub fn new(g: &'a [f32], gy: &'a [f32], channels: usize, steps: usize, count: usize) -> Self {
        assert_eq!(g.len(), gy.len());
        let stride = at_each_step(g, channels, steps);
        Self { g, gy, parts: if stride == 0 { 1 } else { steps }, stride, count }
    }

    /// Of a step and channel: g and g * (y - mean).
    #[inline(always)]
    pub fn at(&self, step: usize, channel: usize) -> [f64; 2] {
        [self.g, self.gy].map(|sums| sums[step * self.stride + channel] as f64)
    }

    /// Of all steps.
    #[inline(always)]
    pub fn total(&self, channel: usize) -> [f64; 2] {
        let mut total = self.at(0, channel);
        for step in 1..self.parts {
            let at = self.at(step, channel);
            total = [total[0] + at[0], total[1] + at[1]];
        }
        total
    }
}
