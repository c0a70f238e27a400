use core::array::from_fn;
use core::ops::Range;

use super::{Map, Membrane, Normed, tables_len};
use crate::neurons::{Dynamics, Lanes};
use crate::norms::{Layer, table_len};
use crate::par::{self, Shared};
use crate::simd::{QUADS, WIDTH, Wide, quads_of};
use crate::walk::terms::{ANY, Column, Current, Dims, Residual, Terms};
use crate::words;

/// See [`crate::neurons::Neurons::forward_steps`].
pub(crate) struct Forward<'a> {
    pub dims: Dims,
    pub first: Current<'a>,
    pub residual: Residual<'a>,
    pub start: &'a [f32],
    /// Of the surrogate's support.
    pub half: f32,
    pub running: &'a mut [f32],
    pub membrane: Membrane<'a>,
    pub spikes: &'a mut [u32],
    pub active: &'a mut [u32],
}

impl Forward<'_> {
    #[inline(never)]
    pub fn run<N: Normed>(self, neuron: &N, layer: Layer, parameters: &[f32]) {
        let Self { dims, running, membrane: Membrane { u, table, scratch }, spikes, active, .. } = self;
        let (step, c) = (dims.step_len(), dims.channels);
        assert_eq!((u.len(), spikes.len()), (dims.steps * step, dims.spike_words()));
        assert!(active.is_empty() || active.len() == spikes.len());
        assert_eq!((layer.channels, table.len()), (c, tables_len(dims.steps, c)));
        let terms = &Terms::new(dims, self.first, self.residual, self.start);
        let wants_active = !active.is_empty();
        let (spikes, active) = (&Shared::new(spikes), &Shared::new(active));
        // As for the walk of neurons by themselves.
        let most = (4096 / c).max(1);
        let per_task = (dims.step_pixels() / 4).clamp((most / 4).max(1), most);
        // A step more than there are: in each the neurons fire by the norm of the step before, then charge.
        for t in 0..=dims.steps {
            let (before, from_here) = u.split_at_mut(t * step);
            let charged = &Shared::new(&mut from_here[..if t < dims.steps { step } else { 0 }]);
            let before = (t > 0).then(|| Before {
                u: &before[(t - 1) * step..],
                table: &table[(t - 1) * table_len(1, c)..][..table_len(1, c)],
            });
            let half = Wide::splat(self.half);
            let pass =
                Pass { dynamics: neuron.dynamics(), terms, t, before, charged, half, wants_active, spikes, active };
            par::for_each(dims.step_pixels().div_ceil(per_task), |task, _| {
                let pixels = task * per_task..((task + 1) * per_task).min(dims.step_pixels());
                for word in 0..words(c) {
                    unsafe { pass.word(word, pixels.clone()) };
                }
            });
            if t < dims.steps {
                let rows = &mut table[t * table_len(1, c)..][..table_len(1, c)];
                layer.forward_train(&u[t * step..][..step], 1, parameters, running, scratch, rows);
            }
        }
    }
}

/// The step that is to fire.
#[derive(Clone, Copy)]
struct Before<'a> {
    u: &'a [f32],
    table: &'a [f32],
}

struct Pass<'a, D> {
    dynamics: D,
    terms: &'a Terms<'a>,
    /// The step that is to charge.
    t: usize,
    before: Option<Before<'a>>,
    /// u of that step; empty behind the last.
    charged: &'a Shared<'a, f32>,
    half: Wide,
    wants_active: bool,
    spikes: &'a Shared<'a, u32>,
    active: &'a Shared<'a, u32>,
}

const VECTORS: usize = 32 / WIDTH;

impl<D: Dynamics<State = [Wide; 1]>> Pass<'_, D> {
    /// The channels of a word of spikes.
    #[inline(never)]
    unsafe fn word(&self, word: usize, pixels: Range<usize>) {
        let (terms, dims, t) = (self.terms, self.terms.dims, self.t);
        let channels = (dims.channels - word * 32).min(32);
        let vectors = channels.div_ceil(WIDTH).min(VECTORS);
        let quads = |v: usize| quads_of(channels - WIDTH * v.min(vectors - 1));
        let channel = |v: usize| word * 32 + WIDTH * v.min(vectors - 1);
        let charges = t < dims.steps;
        let columns: [Column<ANY>; VECTORS] = from_fn(|v| unsafe {
            let column = terms.column(channel(v), quads(v));
            if charges { column.at_step(terms, t) } else { column }
        });
        let maps = self.before.map(|before| -> [Map; VECTORS] {
            from_fn(|v| unsafe { Map::at(before.table, dims.channels, channel(v), quads(v)) })
        });
        // What lies behind the channels in their last vector is nobody's.
        let theirs = if QUADS == 1 { u32::MAX } else { u32::MAX >> (32 - channels) };
        for pixel in pixels {
            let (mut spikes, mut active) = (0, 0);
            for v in 0..vectors {
                let at = pixel * dims.channels + channel(v);
                let start = if t == 0 { unsafe { columns[v].start(terms, pixel) } } else { None };
                let mut state = start.map_or(D::State::zero(), |membrane| self.dynamics.start(membrane));
                if let (Some(before), Some(maps)) = (self.before, maps) {
                    let u = unsafe { Wide::load_quads(before.u.as_ptr().add(at), quads(v)) };
                    let normal = maps[v].of(u);
                    let fired = self.dynamics.fire(normal);
                    state = self.dynamics.reset(state, u, fired);
                    spikes |= fired.bits() << (WIDTH * v);
                    active |= self.half.gt(self.dynamics.over(normal).abs()).bits() << (WIDTH * v);
                }
                if charges {
                    let (x, _) = unsafe { columns[v].current(terms, t, pixel) };
                    let u = self.dynamics.charge(t, state, x);
                    unsafe { u.store_quads(self.charged.pointer(at), quads(v)) };
                }
            }
            if self.before.is_some() {
                let at = ((t - 1) * dims.step_pixels() + pixel) * words(dims.channels) + word;
                unsafe {
                    *self.spikes.pointer(at) = spikes & theirs;
                    if self.wants_active {
                        *self.active.pointer(at) = active & theirs;
                    }
                }
            }
        }
    }
}
