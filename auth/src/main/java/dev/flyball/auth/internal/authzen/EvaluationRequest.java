// SPDX-License-Identifier: Apache-2.0
package dev.flyball.auth.internal.authzen;

import dev.flyball.AccessPolicy.Question;
import dev.flyball.Parameters;
import dev.flyball.Principal;
import dev.flyball.UndecidedException;
import dev.flyball.json.JsonWriter;
import java.util.Collection;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An access evaluation request (Authorization API 1.0 of AuthZEN, section 6.1): who, what, on what,
 * in which surroundings. It holds what the credential says, never the credential.
 *
 * @param subjectType the kind of subject
 * @param action what is done; null for the operation of the endpoint
 * @param resourceType on what kind of thing
 * @param resourceParameter the parameter that holds its id; null for the endpoint itself
 */
record EvaluationRequest(
    String subjectType,
    @Nullable String action,
    String resourceType,
    @Nullable String resourceParameter) {

  static EvaluationRequest ofEndpoint(String subjectType) {
    return new EvaluationRequest(subjectType, null, "endpoint", null);
  }

  static EvaluationRequest ofResource(
      String subjectType, String action, String type, String parameter) {
    return new EvaluationRequest(subjectType, action, type, parameter);
  }

  byte[] write(Question question, Principal principal) {
    JsonWriter json = new JsonWriter().beginObject();
    subject(json.name("subject").beginObject(), principal);
    json.name("action").beginObject();
    json.name("name").value(action == null ? question.endpoint().operation() : action).endObject();
    json.name("resource").beginObject().name("type").value(resourceType);
    json.name("id").value(id(question));
    parameters(json.name("properties").beginObject(), question.parameters());
    json.endObject();
    json.name("context").beginObject();
    json.name("endpoint").value(question.endpoint().id()).endObject();
    return json.endObject().toByteArray();
  }

  private void subject(JsonWriter json, Principal principal) {
    json.name("type").value(subjectType);
    json.name("id").value(principal.subject());
    json.name("properties").beginObject();
    json.name("issuer").value(principal.issuer());
    text(json, "client", principal.client());
    text(json, "tenant", principal.tenant());
    text(json, "actor", principal.actor());
    json.name("method").value(principal.method());
    list(json, "scopes", principal.scopes());
    list(json, "roles", principal.roles());
    json.endObject().endObject();
  }

  private static void text(JsonWriter json, String name, @Nullable String value) {
    if (value != null) {
      json.name(name).value(value);
    }
  }

  private static void list(JsonWriter json, String name, Collection<String> values) {
    json.name(name).beginArray();
    for (String value : new TreeSet<>(values)) {
      json.value(value);
    }
    json.endArray();
  }

  private static void parameters(JsonWriter json, Parameters parameters) {
    for (String name : new TreeSet<>(parameters.names())) {
      Object value = parameters.get(name);
      if (value instanceof Boolean truth) {
        json.name(name).value(truth.booleanValue());
      } else if (value instanceof Number number) {
        json.name(name).value(number);
      } else if (value != null) {
        json.name(name).value(value.toString());
      }
    }
    json.endObject();
  }

  private String id(Question question) {
    if (resourceParameter == null) {
      return question.endpoint().id();
    }
    Object value = question.parameters().get(resourceParameter);
    if (value == null) {
      throw new UndecidedException("parameter_missing");
    }
    return value.toString();
  }
}
