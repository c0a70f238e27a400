//! Integrate-and-fire: the LIF with decay 1, which never forgets.

use super::{Kind, lif};

pub const KIND: Kind = Kind {
    name: "if",
    run: |neurons, pass| {
        let &[threshold, hard, detach] = neurons.numbers else {
            panic!("three numbers, not {}", neurons.numbers.len());
        };
        lif::Numbers::of(&[1.0, threshold, hard, detach, 0.0]).run(pass);
    },
    ..Kind::PLAIN
};
