//! Every norm's backward against central finite differences, through the statistics.

mod finite_difference;

use finite_difference::{Draw, check};
use kestirme_reference::norms::{Dims, KINDS, Params};

#[test]
fn norms_backward() {
    for (seed, [steps, rows, channels]) in (0..).zip([[1, 5, 3], [3, 4, 2], [2, 2, 1], [4, 7, 5]]) {
        let d = Dims { steps, rows, channels };
        for norm in KINDS {
            let p = Params { deviation: 0.35, ..Params::default() };
            let mut draw = Draw::new(seed);
            let x = draw.vec(steps * rows * channels).iter().map(|x| x + 0.3).collect();
            let parameters = draw.vec(norm.fresh(d).len());
            check(
                &format!("{} {d:?}", norm.name()),
                &[("x", x), ("parameters", parameters)],
                |v| norm.forward(p, d, &v[0], &v[1], &norm.statistics(d, &v[0])),
                |v, dy| {
                    let g = norm.backward(p, d, &v[0], &v[1], &norm.statistics(d, &v[0]), dy);
                    vec![g.dx, g.dparameters]
                },
            );
        }
    }
}

#[test]
fn names_are_different() {
    for (i, kind) in KINDS.iter().enumerate() {
        assert!(KINDS[..i].iter().all(|other| other.name() != kind.name()), "{}", kind.name());
    }
}
