//! Integrate-and-fire: the LIF with decay 1, which never forgets.

use super::{Kind, lif};

pub const KIND: Kind = Kind {
    name: "if",
    learned: &[],
    running: &[],
    run: |numbers, _, pass| {
        let &[threshold, hard_reset, detach_reset] = numbers else { panic!("three numbers, not {}", numbers.len()) };
        (lif::KIND.run)(&[1.0, threshold, hard_reset, detach_reset, 0.0], &[], pass);
    },
};
