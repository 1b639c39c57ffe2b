//! Divides a module in two: what the page needs to begin with, and the rest, which it fetches when it is at rest or asked for.
//!
//! Functions keep their numbers in the first part. Where one has left, a stub stands: if the first part calls it, the stub calls
//! on through a new place in the table, else it only fails. The rest takes memory, tables, globals and the functions that it calls
//! from the first part; as it is instantiated it puts its functions into their places in the table. Before that nothing may call
//! them. So of what is named late only that goes into the rest which the first part does not call by its name, but for the doors:
//! those the page opens when the rest is here (`src/ui/rest.rs`), and a test holds the rest back to prove it.

use crate::project::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::fmt::Display;
use wasm_encoder::reencode::{Error, Reencode, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, ImportSection, Instruction, Module, RawSection, SectionId, TableSection,
};
use wasmparser::{
    ElementItems, ElementKind, FunctionBody, Name, Operator, Parser, Payload, TypeRef, Validator,
};

/// What the rest calls the part that it takes everything from.
const FIRST: &str = "p";

/// Below how many bytes a function may do the same as one of another part of the program. Longer ones hold addresses of their own.
const SHORT_BYTES: usize = 300;
const SHORT_FOR_A_LIBRARY_BYTES: usize = 600;

/// Both parts of a module.
pub struct Parts {
    /// What the page begins with.
    pub first: Vec<u8>,
    /// What it fetches later; none if nothing in the module is late.
    pub rest: Option<Vec<u8>>,
}

/// Divides a module whose functions have names: by what is late, and which functions of that are doors. Names and notes of the
/// compiler are left out.
///
/// # Errors
/// If the module is not one that can be divided: then it says why.
pub fn split(
    module: &[u8],
    is_late: impl Fn(&str) -> bool,
    is_door: impl Fn(&str) -> bool,
) -> Outcome<Parts> {
    let source = Source::read(module).map_err(told)?;
    let plan = Plan::of(&source, is_late, is_door)?;
    let first = plan.first(&source)?;
    validate(&first)?;
    if plan.late.is_empty() {
        return Ok(Parts { first, rest: None });
    }
    let rest = plan.rest(&source)?;
    validate(&rest)?;
    Ok(Parts { first, rest: Some(rest) })
}

fn validate(module: &[u8]) -> Outcome {
    Validator::new().validate_all(module).map(|_| ()).map_err(told)
}

fn told(error: impl Display) -> String {
    format!("the module cannot be divided: {error}")
}

/// A module, read.
#[derive(Default)]
struct Source<'a> {
    /// Sections as they are, in order, by their numbers.
    sections: Vec<(u8, &'a [u8])>,
    imported: u32,
    /// For each function its type, imported ones first.
    types: Vec<u32>,
    /// For each type how many values it takes.
    takes: Vec<u32>,
    names: BTreeMap<u32, &'a str>,
    tables: Vec<wasmparser::TableType>,
    memories: Vec<wasmparser::MemoryType>,
    globals: Vec<wasmparser::GlobalType>,
    exports: Vec<wasmparser::Export<'a>>,
    /// Functions in the first table: where they begin, and which.
    elements: Vec<(u32, Vec<u32>)>,
    bodies: Vec<FunctionBody<'a>>,
    /// For each body which functions it names.
    calls: Vec<BTreeSet<u32>>,
}

impl<'a> Source<'a> {
    fn read(module: &'a [u8]) -> wasmparser::Result<Source<'a>> {
        let mut source = Source::default();
        for payload in Parser::new(0).parse_all(module) {
            let payload = payload?;
            if let Some((id, range)) = payload.as_section() {
                source.sections.push((id, &module[range]));
            }
            source.take(payload)?;
        }
        Ok(source)
    }

    fn take(&mut self, payload: Payload<'a>) -> wasmparser::Result<()> {
        match payload {
            Payload::TypeSection(types) => {
                for kind in types.into_iter_err_on_gc_types() {
                    self.takes.push(kind?.params().len() as u32);
                }
            }
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    if let TypeRef::Func(kind) = import?.ty {
                        self.types.push(kind);
                        self.imported += 1;
                    }
                }
            }
            Payload::FunctionSection(functions) => {
                for kind in functions {
                    self.types.push(kind?);
                }
            }
            Payload::TableSection(tables) => {
                for table in tables {
                    self.tables.push(table?.ty);
                }
            }
            Payload::MemorySection(memories) => {
                self.memories = memories.into_iter().collect::<Result<_, _>>()?
            }
            Payload::GlobalSection(globals) => {
                for global in globals {
                    self.globals.push(global?.ty);
                }
            }
            Payload::ExportSection(exports) => {
                self.exports = exports.into_iter().collect::<Result<_, _>>()?
            }
            Payload::ElementSection(elements) => {
                for element in elements {
                    self.take_element(element?)?;
                }
            }
            Payload::CodeSectionEntry(body) => {
                self.calls.push(named(&body)?);
                self.bodies.push(body);
            }
            Payload::CustomSection(custom) => {
                if let wasmparser::KnownCustom::Name(names) = custom.as_known() {
                    for name in names {
                        if let Name::Function(names) = name? {
                            for naming in names {
                                let naming = naming?;
                                self.names.insert(naming.index, naming.name);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Notes the functions of an element that fills the first table as the module begins.
    fn take_element(&mut self, element: wasmparser::Element<'a>) -> wasmparser::Result<()> {
        if let ElementKind::Active { table_index: None | Some(0), offset_expr } = element.kind
            && let Operator::I32Const { value } = offset_expr.get_operators_reader().read()?
            && let ElementItems::Functions(functions) = element.items
        {
            self.elements.push((value as u32, functions.into_iter().collect::<Result<_, _>>()?));
        }
        Ok(())
    }

    fn body(&self, function: u32) -> Option<&FunctionBody<'a>> {
        self.bodies.get(function.checked_sub(self.imported)? as usize)
    }

    /// Keeps in the first part what may stand for others, too: optimisers keep one of those that do the same, under the name of any.
    /// That is what is short and in the table, so that anybody may call it, and calls nothing that is late itself.
    fn keep_shared(&self, late: &mut BTreeSet<u32>) {
        let in_table = self.elements.iter().flat_map(|(_, functions)| functions.iter().copied());
        let mut shared: BTreeSet<u32> =
            in_table.filter(|function| late.contains(function) && self.is_short(*function)).collect();
        late.retain(|function| !shared.contains(function));
        loop {
            let calls_late = |function: &u32| self.calls(*function).any(|called| late.contains(&called));
            let back: Vec<u32> = shared.iter().copied().filter(calls_late).collect();
            if back.is_empty() {
                return;
            }
            shared.retain(|function| !back.contains(function));
            late.extend(back);
        }
    }

    /// What is made of a library's code for a type of ours is oftener the same as for another.
    fn is_short(&self, function: u32) -> bool {
        let name = self.names.get(&function).copied().unwrap_or_default();
        let is_ours = name.trim_start_matches('<').starts_with("netsplit[");
        let short = if is_ours { SHORT_BYTES } else { SHORT_FOR_A_LIBRARY_BYTES };
        self.body(function).is_some_and(|body| body.as_bytes().len() < short)
    }

    /// Moves to the rest what nobody but the rest calls, and returns what is left of the first part.
    fn take_helpers(&self, early: Vec<u32>, late: &mut BTreeSet<u32>) -> Vec<u32> {
        let exported = self.exports.iter().filter(|export| export.kind == wasmparser::ExternalKind::Func);
        let in_table = self.elements.iter().flat_map(|(_, functions)| functions.iter().copied());
        let rooted: BTreeSet<u32> = exported.map(|export| export.index).chain(in_table).collect();
        let mut early = early;
        loop {
            let called: BTreeSet<u32> = early.iter().flat_map(|function| self.calls(*function)).collect();
            let before = early.len();
            early.retain(|function| {
                let stays =
                    *function < self.imported || rooted.contains(function) || called.contains(function);
                if !stays {
                    late.insert(*function);
                }
                stays
            });
            if early.len() == before {
                return early;
            }
        }
    }

    fn calls(&self, function: u32) -> impl Iterator<Item = u32> {
        let calls = function.checked_sub(self.imported).and_then(|index| self.calls.get(index as usize));
        calls.into_iter().flatten().copied()
    }
}

/// The functions that a body names.
fn named(body: &FunctionBody<'_>) -> wasmparser::Result<BTreeSet<u32>> {
    let mut found = BTreeSet::new();
    for operator in body.get_operators_reader()? {
        match operator? {
            Operator::Call { function_index }
            | Operator::ReturnCall { function_index }
            | Operator::RefFunc { function_index } => {
                found.insert(function_index);
            }
            _ => {}
        }
    }
    Ok(found)
}

/// What goes where.
struct Plan {
    /// The functions of the rest, in order.
    late: Vec<u32>,
    /// Those of them that the first part calls, in the order of their new places in the table.
    called: Vec<u32>,
    /// Functions of the first part that the rest calls, in order.
    lent: Vec<u32>,
}

impl Plan {
    fn of(
        source: &Source<'_>,
        is_late: impl Fn(&str) -> bool,
        is_door: impl Fn(&str) -> bool,
    ) -> Outcome<Plan> {
        if source.tables.is_empty() || source.memories.len() != 1 {
            return Err(told("it has no table, or not one memory"));
        }
        let named = |is: &dyn Fn(&str) -> bool| -> BTreeSet<u32> {
            source.names.iter().filter(|(_, name)| is(name)).map(|(index, _)| *index).collect()
        };
        let doors = named(&is_door);
        let mut late = named(&is_late);
        late.retain(|function| *function >= source.imported);
        source.keep_shared(&mut late);
        let exported = source.exports.iter().filter(|export| export.kind == wasmparser::ExternalKind::Func);
        let exported: Vec<u32> = exported.map(|export| export.index).collect();
        // What the first part calls belongs to it, and so does what that calls.
        let mut early: Vec<u32> =
            (0..source.types.len() as u32).filter(|function| !late.contains(function)).collect();
        for function in exported {
            early.extend(late.take(&function));
        }
        let mut next = 0;
        while let Some(function) = early.get(next).copied() {
            next += 1;
            for called in source.calls(function).filter(|called| !doors.contains(called)) {
                early.extend(late.take(&called));
            }
        }
        let early = source.take_helpers(early, &mut late);
        let called = early.iter().flat_map(|function| source.calls(*function));
        let called: BTreeSet<u32> = called.filter(|function| late.contains(function)).collect();
        let lent = late.iter().flat_map(|function| source.calls(*function));
        let lent: BTreeSet<u32> = lent.filter(|function| !late.contains(function)).collect();
        let listed = |set: BTreeSet<u32>| set.into_iter().collect();
        Ok(Plan { called: listed(called), lent: listed(lent), late: listed(late) })
    }

    /// Where in the first table the functions begin that the first part calls.
    fn places(&self, source: &Source<'_>) -> u32 {
        source.tables[0].initial as u32
    }

    fn first(&self, source: &Source<'_>) -> Outcome<Vec<u8>> {
        let mut module = Module::new();
        for (id, data) in &source.sections {
            match *id {
                id if id == SectionId::Custom as u8 => {}
                id if id == SectionId::Table as u8 => {
                    module.section(&self.tables(source)?);
                }
                id if id == SectionId::Export as u8 => {
                    module.section(&self.exports(source)?);
                }
                id if id == SectionId::Code as u8 => {
                    module.section(&self.code_of_first(source));
                }
                id => {
                    module.section(&RawSection { id, data });
                }
            }
        }
        Ok(module.finish())
    }

    fn tables(&self, source: &Source<'_>) -> Outcome<TableSection> {
        let mut section = TableSection::new();
        for (index, table) in source.tables.iter().enumerate() {
            let mut table = RoundtripReencoder.table_type(*table).map_err(told)?;
            if index == 0 {
                let more = self.called.len() as u64;
                table.minimum += more;
                table.maximum = table.maximum.map(|most| most + more);
            }
            section.table(table);
        }
        Ok(section)
    }

    fn exports(&self, source: &Source<'_>) -> Outcome<ExportSection> {
        let mut section = ExportSection::new();
        for export in &source.exports {
            let kind = RoundtripReencoder.export_kind(export.kind).map_err(told)?;
            section.export(export.name, kind, export.index);
        }
        for (name, kind, index) in self.lendings(source) {
            section.export(&name, kind, index);
        }
        Ok(section)
    }

    /// All that the first part lends to the rest: its name, what it is, and its number. No name that the optimiser gives is a number.
    fn lendings(&self, source: &Source<'_>) -> Vec<(String, ExportKind, u32)> {
        let functions = self.lent.iter().map(|function| (ExportKind::Func, *function));
        let tables = (0..source.tables.len() as u32).map(|table| (ExportKind::Table, table));
        let globals = (0..source.globals.len() as u32).map(|global| (ExportKind::Global, global));
        let all = functions.chain(tables).chain([(ExportKind::Memory, 0)]).chain(globals);
        all.enumerate().map(|(number, (kind, index))| (number.to_string(), kind, index)).collect()
    }

    fn code_of_first(&self, source: &Source<'_>) -> CodeSection {
        let mut section = CodeSection::new();
        let late: BTreeSet<u32> = self.late.iter().copied().collect();
        let places: BTreeMap<u32, u32> = self.called.iter().copied().zip(self.places(source)..).collect();
        for (index, body) in (source.imported..).zip(&source.bodies) {
            if !late.contains(&index) {
                section.raw(body.as_bytes());
                continue;
            }
            let kind = source.types[index as usize];
            let mut stub = Function::new([]);
            match places.get(&index) {
                Some(place) => {
                    for parameter in 0..source.takes[kind as usize] {
                        stub.instruction(&Instruction::LocalGet(parameter));
                    }
                    stub.instruction(&Instruction::I32Const(*place as i32));
                    stub.instruction(&Instruction::CallIndirect { type_index: kind, table_index: 0 });
                }
                None => {
                    stub.instruction(&Instruction::Unreachable);
                }
            }
            stub.instruction(&Instruction::End);
            section.function(&stub);
        }
        section
    }

    fn rest(&self, source: &Source<'_>) -> Outcome<Vec<u8>> {
        let mut module = Module::new();
        let types = source.sections.iter().find(|(id, _)| *id == SectionId::Type as u8);
        let (id, data) = *types.ok_or_else(|| told("it has no types"))?;
        module.section(&RawSection { id, data });
        module.section(&self.imports(source)?);
        let mut functions = FunctionSection::new();
        for function in &self.late {
            functions.function(source.types[*function as usize]);
        }
        module.section(&functions);
        let mut numbers = Numbers::of(self);
        module.section(&self.elements(source, &numbers));
        let mut code = CodeSection::new();
        for function in &self.late {
            let body = source.body(*function).ok_or_else(|| told("a function has no body"))?.clone();
            numbers.parse_function_body(&mut code, body).map_err(told)?;
        }
        module.section(&code);
        Ok(module.finish())
    }

    fn imports(&self, source: &Source<'_>) -> Outcome<ImportSection> {
        let mut section = ImportSection::new();
        for (name, kind, index) in self.lendings(source) {
            let entity = match kind {
                ExportKind::Func => EntityType::Function(source.types[index as usize]),
                ExportKind::Table => {
                    let mut table =
                        RoundtripReencoder.table_type(source.tables[index as usize]).map_err(told)?;
                    // It is as large as the first part has made it, or larger.
                    table.maximum = table.maximum.map(|most| most + self.called.len() as u64);
                    EntityType::Table(table)
                }
                ExportKind::Memory => {
                    EntityType::Memory(RoundtripReencoder.memory_type(source.memories[0]).map_err(told)?)
                }
                _ => {
                    let global = source.globals[index as usize];
                    EntityType::Global(RoundtripReencoder.global_type(global).map_err(told)?)
                }
            };
            section.import(FIRST, &name, entity);
        }
        Ok(section)
    }

    /// What the rest puts into the first table: what the first part calls, and what stood there before.
    fn elements(&self, source: &Source<'_>, numbers: &Numbers) -> ElementSection {
        let mut section = ElementSection::new();
        let mut put = |at: u32, functions: &[u32]| {
            if !functions.is_empty() {
                section.active(None, &ConstExpr::i32_const(at as i32), Elements::Functions(functions.into()));
            }
        };
        let called: Vec<u32> = self.called.iter().map(|function| numbers.number(*function)).collect();
        put(self.places(source), &called);
        let late: BTreeSet<u32> = self.late.iter().copied().collect();
        for (from, functions) in &source.elements {
            let mut at = *from;
            for run in functions.chunk_by(|a, b| late.contains(a) == late.contains(b)) {
                if run.first().is_some_and(|function| late.contains(function)) {
                    let run: Vec<u32> = run.iter().map(|function| numbers.number(*function)).collect();
                    put(at, &run);
                }
                at += run.len() as u32;
            }
        }
        section
    }
}

/// The numbers that functions have in the rest.
struct Numbers(BTreeMap<u32, u32>);

impl Numbers {
    fn of(plan: &Plan) -> Numbers {
        Numbers(plan.lent.iter().chain(&plan.late).copied().zip(0..).collect())
    }

    fn number(&self, function: u32) -> u32 {
        self.0.get(&function).copied().unwrap_or(function)
    }
}

impl Reencode for Numbers {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        Ok(self.number(function))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        ExportKind, MemorySection, MemoryType, NameMap, NameSection, RefType, TableType, TypeSection,
    };

    /// A module of functions without parameters, each of a length of its own, that call what is listed; those marked stand in the
    /// table, and the first is exported.
    fn module(functions: &[(&str, &[u32], bool)]) -> Vec<u8> {
        let (mut types, mut kinds, mut code, mut names) =
            (TypeSection::new(), FunctionSection::new(), CodeSection::new(), NameMap::new());
        types.ty().function([], []);
        for (index, (name, calls, _)) in functions.iter().enumerate() {
            kinds.function(0);
            let mut body = Function::new([]);
            for called in *calls {
                body.instruction(&Instruction::Call(*called));
            }
            for _ in 0..400 + 2 * index {
                body.instruction(&Instruction::Nop);
            }
            code.function(body.instruction(&Instruction::End));
            names.append(index as u32, name);
        }
        let listed: Vec<u32> =
            (0..).zip(functions).filter(|(_, (.., listed))| *listed).map(|(index, _)| index).collect();
        let mut tables = TableSection::new();
        let size = listed.len() as u64;
        tables.table(TableType {
            element_type: RefType::FUNCREF,
            minimum: size,
            maximum: Some(size),
            table64: false,
            shared: false,
        });
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let mut exports = ExportSection::new();
        exports.export("main", ExportKind::Func, 0);
        let mut elements = ElementSection::new();
        elements.active(None, &ConstExpr::i32_const(0), Elements::Functions(listed.into()));
        let mut name_section = NameSection::new();
        name_section.functions(&names);
        let mut module = Module::new();
        module.section(&types).section(&kinds).section(&tables).section(&memories).section(&exports);
        module.section(&elements).section(&code).section(&name_section);
        module.finish()
    }

    /// How many functions the rest has after such a division, and how long the table of the first part is.
    fn divided(functions: &[(&str, &[u32], bool)]) -> (usize, u64) {
        let is_door = |name: &str| name.ends_with("::panel");
        let parts =
            split(&module(functions), |name| name.contains("::late::"), is_door).expect("it can be divided");
        let first = Source::read(&parts.first).expect("the first part is a module");
        let rest =
            parts.rest.map_or(0, |rest| Source::read(&rest).expect("the rest is a module").bodies.len());
        (rest, first.tables[0].initial)
    }

    #[test]
    fn what_is_late_goes_with_all_that_only_it_calls() {
        let functions: &[(&str, &[u32], bool)] = &[
            ("netsplit[0]::main", &[1, 3], false),
            ("netsplit[0]::late::panel", &[2, 3, 4], false),
            ("netsplit[0]::late::inner", &[], false),
            ("netsplit[0]::shared", &[], false),
            ("core[0]::helper", &[], false),
        ];
        // The door, the inside and the helper; the door has got a place in the table.
        assert_eq!(divided(functions), (3, 1));
    }

    #[test]
    fn what_the_first_part_calls_stays_with_all_that_it_calls() {
        let functions: &[(&str, &[u32], bool)] = &[
            ("netsplit[0]::main", &[1, 2], false),
            ("netsplit[0]::late::called_too_soon", &[3], false),
            ("netsplit[0]::late::panel", &[], false),
            ("netsplit[0]::late::called_by_that", &[], false),
        ];
        assert_eq!(divided(functions), (1, 1));
    }

    #[test]
    fn long_functions_in_the_table_go_and_need_no_new_place() {
        let functions: &[(&str, &[u32], bool)] = &[
            ("netsplit[0]::main", &[], false),
            ("netsplit[0]::late::closure", &[], true),
            ("netsplit[0]::early::closure", &[], true),
        ];
        assert_eq!(divided(functions), (1, 2));
    }

    #[test]
    fn without_anything_late_there_is_no_rest() {
        assert_eq!(divided(&[("netsplit[0]::main", &[], false)]), (0, 0));
        assert!(split(b"not a module", |_| true, |_| true).is_err());
    }
}
