//! The numbers of the report of a run, as queries name them.

use super::unit::Unit;
use crate::report::{Described, Report};
use crate::settings::named;
use fusebox_sim::{Dependency, Endpoint};

/// A number of the report.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReportNumber {
    pub(super) unit: Unit,
    /// A phrase that defines it.
    pub(super) about: &'static str,
    /// What it is of; none if it is of the whole run.
    pub(super) of: Option<ReportedPart>,
}

/// An item of a list of the report.
#[derive(Clone, Copy, Debug)]
pub(super) enum ReportedPart {
    Dependency(Dependency),
    Endpoint(Endpoint),
}

impl ReportedPart {
    fn named(name: &str) -> Option<Self> {
        let dependency = named(name).filter(|on| on.name() == name);
        let endpoint = || Endpoint::ALL.into_iter().find(|of| of.name() == name);
        dependency.map(Self::Dependency).or_else(|| endpoint().map(Self::Endpoint))
    }
}

impl ReportNumber {
    /// The number at a path, in which an item of a list has its name.
    pub(super) fn at(path: &str) -> Option<Self> {
        let (mut fields, mut found, mut of) = (Report::FIELDS, None, None);
        let mut words = path.split('.');
        while let Some(word) = words.next() {
            let field = fields.iter().find(|field| field.name == word)?;
            if field.suffix == "[]" {
                of = Some(ReportedPart::named(words.next()?)?);
            }
            fields = field.inner;
            found = Some(field).filter(|field| !field.unit.is_empty() && fields.is_empty());
        }
        found.map(|field| Self { unit: Unit::of_field(field.unit), about: field.about, of })
    }
}
