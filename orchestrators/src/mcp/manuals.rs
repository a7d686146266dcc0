//! The persona's manual as the Skills extension of MCP has it (SEP-2640): `skills/list` and `skills/get` say what there
//! is, `resources/read` gives the file. Clients of before 2026-07-28 are offered no extension; to them the file is a
//! resource like others.

use super::{LISTS_TTL_MS, message};
use crate::tool::{Manual, Toolset};
use rmcp::ErrorData;
use rmcp::model::{
    CacheScope, ErrorCode, GetSkillResult, JsonObject, ListSkillsResult, ProtocolVersion, ReadResourceResult,
    Resource, ResourceContents, SKILLS_EXTENSION_ID, ServerCapabilities, Skill, SkillFrontmatter,
    SkillResource, SkillResources,
};

const MARKDOWN: &str = "text/markdown";

fn uri(manual: &Manual) -> String {
    format!("skill://{}/SKILL.md", manual.name)
}

fn skill(manual: &Manual) -> Skill {
    let uri = uri(manual);
    let file = SkillResource::from_bytes(uri.clone(), manual.file.as_bytes());
    let head = SkillFrontmatter::new(manual.name, manual.description);
    Skill::new(uri, head, SkillResources::Files(vec![file]))
}

/// The extension, if there is a manual.
pub(super) fn extension(toolset: &Toolset) -> Option<(String, JsonObject)> {
    let manual = toolset.persona().guidance.manual.as_ref();
    manual.map(|_| (SKILLS_EXTENSION_ID.to_owned(), JsonObject::new()))
}

/// Takes the extension out of what a client of before 2026-07-28 is told.
pub(super) fn hide(capabilities: &mut ServerCapabilities) {
    if let Some(extensions) = &mut capabilities.extensions {
        extensions.remove(SKILLS_EXTENSION_ID);
    }
    capabilities.extensions.take_if(|extensions| extensions.is_empty());
}

/// The manual, for a client that may know of the extension.
fn known_to<'a>(
    toolset: &'a Toolset,
    version: Option<&ProtocolVersion>,
    method: &'static str,
) -> Result<Option<&'a Manual>, ErrorData> {
    if version.is_some_and(|version| version.as_str() < ProtocolVersion::V_2026_07_28.as_str()) {
        return Err(ErrorData::new(ErrorCode::METHOD_NOT_FOUND, method, None));
    }
    Ok(toolset.persona().guidance.manual.as_ref())
}

/// The answer to `skills/list`.
pub(super) fn list(
    toolset: &Toolset,
    version: Option<&ProtocolVersion>,
) -> Result<ListSkillsResult, ErrorData> {
    let manual = known_to(toolset, version, "skills/list")?;
    let mut list = ListSkillsResult::with_all_items(manual.map(skill).into_iter().collect());
    list.ttl_ms = Some(LISTS_TTL_MS);
    list.cache_scope = Some(CacheScope::Private);
    Ok(list)
}

/// The answer to `skills/get`.
pub(super) fn get(
    toolset: &Toolset,
    version: Option<&ProtocolVersion>,
    asked: &str,
) -> Result<GetSkillResult, ErrorData> {
    let manual = known_to(toolset, version, "skills/get")?.filter(|manual| uri(manual) == asked);
    let manual = manual.ok_or_else(|| ErrorData::invalid_params(message::no_skill(asked), None))?;
    let mut answer = GetSkillResult::new(skill(manual));
    answer.ttl_ms = Some(LISTS_TTL_MS);
    answer.cache_scope = Some(CacheScope::Private);
    Ok(answer)
}

/// The manual in a list of resources.
pub(super) fn resource(toolset: &Toolset) -> Option<Resource> {
    let manual = toolset.persona().guidance.manual.as_ref()?;
    let listed = Resource::new(uri(manual), manual.name).with_title("How to work at this hotel");
    let size = manual.file.len() as u64;
    Some(listed.with_description(manual.description).with_mime_type(MARKDOWN).with_size(size))
}

/// The manual's file, if this is its address.
pub(super) fn read(toolset: &Toolset, asked: &str) -> Option<ReadResourceResult> {
    let manual = toolset.persona().guidance.manual.as_ref().filter(|manual| uri(manual) == asked)?;
    let file = ResourceContents::text(manual.file, asked).with_mime_type(MARKDOWN);
    let mut read = ReadResourceResult::new(vec![file]);
    read.ttl_ms = Some(LISTS_TTL_MS);
    read.cache_scope = Some(CacheScope::Private);
    Some(read)
}
