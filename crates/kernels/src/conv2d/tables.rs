//! What the kernels of spikes share: look-ups in place of additions.
//!
//! Four spikes are a number from 0 to 15, and what they add is one of sixteen rows that can be summed beforehand: from
//! the weights of four input channels for the forward pass, from the gradients of four neighbouring pixels for the
//! weights' gradient. One addition then stands for four spikes, fired or not, and there is no branch on any of them.

use super::row::Row;
use crate::simd::{WIDTH, Wide};

/// Spikes that one look-up stands for, and the rows of a table.
pub const GROUP: usize = 4;
pub const ROWS: usize = 1 << GROUP;

/// Writes every sum of a subset of four rows, `step` floats apart and whole vectors each; row i is in when bit i of the
/// index is set.
///
/// # Safety
/// The rows must be readable, and `table` writable for `ROWS` rows of whole vectors.
#[inline(always)]
pub unsafe fn fill_table<const V: usize>(row: Row<V>, rows: [*const f32; GROUP], step: usize, table: *mut f32) {
    for v in 0..V {
        let [a, b, c, d] = rows.map(|from| unsafe { row.vector(v, from) });
        let put = |subset: usize, sum: Wide| unsafe { sum.store(table.add(subset * step + WIDTH * v)) };
        let (ab, ac, bc) = (a + b, a + c, b + c);
        let abc = ab + c;
        // Written out, each where it is at hand: an array of sums would lie in memory.
        put(0, Wide::zero());
        put(1, a);
        put(2, b);
        put(3, ab);
        put(4, c);
        put(5, ac);
        put(6, bc);
        put(7, abc);
        put(8, d);
        put(9, a + d);
        put(10, b + d);
        put(11, ab + d);
        put(12, c + d);
        put(13, ac + d);
        put(14, bc + d);
        put(15, abc + d);
    }
}

/// As [`fill_table`], but of the subsets only those whose bit is set in `some`, in which [`with_parts`] has to have left
/// what it adds: where few pixels look a table up, most rows are never read.
///
/// # Safety
/// As for [`fill_table`].
pub unsafe fn fill_rows<const V: usize>(
    row: Row<V>,
    rows: [*const f32; GROUP],
    some: u32,
    step: usize,
    table: *mut f32,
) {
    let rows = rows.map(|from| unsafe { row.load(from) });
    for subset in (0..ROWS).filter(|subset| some >> subset & 1 == 1) {
        let mut sum = [Wide::zero(); V];
        if subset > 0 {
            let last = subset.ilog2() as usize;
            let before = subset - (1 << last);
            sum = rows[last];
            if before > 0 {
                let before = unsafe { table.add(before * step) };
                sum = core::array::from_fn(|v| unsafe { Wide::load(before.add(WIDTH * v)) } + sum[v]);
            }
        }
        for (v, sum) in sum.iter().enumerate() {
            unsafe { sum.store(table.add(subset * step + WIDTH * v)) };
        }
    }
}

/// Adds the subsets from which sums of others are made: each is that of the one without its last row, plus that row.
pub fn with_parts(some: u32) -> u32 {
    (1..ROWS as u32).rev().fold(some, |some, subset| some | (some >> subset & 1) << (subset - (1 << subset.ilog2())))
}

/// Makes the look-ups in some tables count as much as the plane that they are for. Rows that nobody filled may hold
/// anything, and nobody reads them.
pub fn scale_tables(weight: f32, tables: &mut [f32]) {
    tables.iter_mut().for_each(|x| *x *= weight);
}

/// Adds the row that lies `offset` bytes and `at` floats, a constant, after `tables` to the sums. False for an offset that
/// never occurs.
///
/// V8 orders all loads of a basic block before its arithmetic, so a block must not have more of them than there are
/// registers left: the comparisons, which never hold, end a block after at most four. And LLVM makes the constant a part
/// of the load only where `tables` is not stepped by a loop and the offset needs no scaling.
///
/// # Safety
/// The row must be readable.
#[allow(clippy::needless_range_loop)] // Over an iterator, LLVM loses that the addresses do not wrap.
#[inline(always)]
pub unsafe fn add_row<const V: usize>(sums: &mut [Wide; V], tables: *const f32, at: usize, offset: u32) -> bool {
    if FOR_V8 && offset == NEVER {
        return false;
    }
    let row = unsafe { tables.byte_add(offset as usize).add(at) };
    let half = if FOR_V8 && V > 4 { V / 2 } else { V };
    for v in 0..half {
        sums[v] = sums[v] + unsafe { Wide::load(row.add(WIDTH * v)) };
    }
    if half < V {
        if offset == NEVER - 1 {
            return false;
        }
        for v in half..V {
            sums[v] = sums[v] + unsafe { Wide::load(row.add(WIDTH * v)) };
        }
    }
    true
}

/// Whether the code is cut into blocks for V8; other compilers find registers for a whole one.
const FOR_V8: bool = cfg!(target_family = "wasm");
/// Not even as the u16 that a list may have it in.
const NEVER: u32 = u16::MAX as u32;
