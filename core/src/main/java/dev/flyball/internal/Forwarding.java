// SPDX-License-Identifier: Apache-2.0
package dev.flyball.internal;

import dev.flyball.Carrier;
import dev.flyball.IpBlocks;
import dev.flyball.internal.CoreSettings.ProxyHeaders;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who the client is behind trusted proxies, from X-Forwarded-* or Forwarded (RFC 7239).
 *
 * <p>Hops are read from the nearest to the farthest; the first that is not a trusted proxy is the
 * client. Headers are looked at only if the peer itself is trusted.
 */
final class Forwarding {

  /** The client as far as it is known. */
  record Client(String address, String scheme, @Nullable String authority) {}

  private record Hop(String address, @Nullable String scheme, @Nullable String authority) {}

  private static final int MAX_HOPS = 32;
  private static final Pattern AUTHORITY = Pattern.compile("[A-Za-z0-9._~:\\[\\]-]{1,255}");

  private final IpBlocks trusted;
  private final ProxyHeaders headers;

  Forwarding(List<String> trusted, ProxyHeaders headers) {
    this.headers = headers;
    this.trusted = IpBlocks.of(trusted);
  }

  Client client(Carrier carrier) {
    String peer = carrier.peerAddress();
    if (!isTrustedPeer(peer)) {
      return new Client(peer, carrier.scheme(), carrier.authority());
    }
    List<Hop> hops = headers == ProxyHeaders.FORWARDED ? forwarded(carrier) : xForwarded(carrier);
    String address = peer;
    String scheme = carrier.scheme();
    String authority = carrier.authority();
    for (int i = hops.size() - 1; i >= 0; i--) {
      Hop hop = hops.get(i); // written by a trusted proxy, whatever it says of the address
      scheme = hop.scheme() != null ? hop.scheme() : scheme;
      authority = hop.authority() != null ? hop.authority() : authority;
      if (IpAddress.parse(hop.address()) == null) {
        break;
      }
      address = hop.address();
      if (!trusted.contains(address)) {
        break;
      }
    }
    return new Client(address, scheme, authority);
  }

  /** Whether a connection comes from a trusted proxy. */
  boolean isTrustedPeer(String peer) {
    return trusted.contains(peer);
  }

  /** Proto and Host belong to the address in the same place, or, where there is one, to all. */
  private static List<Hop> xForwarded(Carrier carrier) {
    List<String> addresses = elements(carrier.headers("X-Forwarded-For"));
    List<String> schemes = elements(carrier.headers("X-Forwarded-Proto"));
    List<String> authorities = elements(carrier.headers("X-Forwarded-Host"));
    if (addresses.isEmpty()) {
      addresses = List.of(carrier.peerAddress());
    }
    List<Hop> hops = new ArrayList<>();
    for (int i = 0; i < addresses.size(); i++) {
      String address = withoutPort(addresses.get(i));
      String scheme = scheme(pick(schemes, i, addresses.size()));
      hops.add(new Hop(address, scheme, authority(pick(authorities, i, addresses.size()))));
    }
    return hops;
  }

  private static @Nullable String pick(List<String> values, int index, int hops) {
    if (values.isEmpty()) {
      return null;
    }
    return values.size() == hops ? values.get(index) : values.get(values.size() - 1);
  }

  private static List<Hop> forwarded(Carrier carrier) {
    List<Hop> hops = new ArrayList<>();
    for (String element : elements(carrier.headers("Forwarded"))) {
      String address = "";
      String scheme = null;
      String authority = null;
      for (String pair : element.split(";", -1)) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? "" : pair.substring(0, equals).strip().toLowerCase(Locale.ROOT);
        String value = equals < 0 ? "" : unquote(pair.substring(equals + 1).strip());
        switch (name) {
          case "for" -> address = withoutPort(value);
          case "proto" -> scheme = scheme(value);
          case "host" -> authority = authority(value);
          default -> {
            // by, and extensions that nobody asked for
          }
        }
      }
      hops.add(new Hop(address, scheme, authority));
    }
    return hops;
  }

  /** The last elements of a list: those in front of them a stranger may have piled up. */
  private static List<String> elements(List<String> lines) {
    List<String> elements = new ArrayList<>();
    for (int line = lines.size() - 1; line >= 0; line--) {
      String text = lines.get(line);
      for (int end = text.length(); end >= 0 && elements.size() < MAX_HOPS; ) {
        int comma = text.lastIndexOf(',', end - 1);
        String element = text.substring(comma + 1, end).strip();
        if (!element.isEmpty()) {
          elements.add(element);
        }
        end = comma;
      }
    }
    Collections.reverse(elements);
    return elements;
  }

  private static @Nullable String scheme(@Nullable String value) {
    if (value == null) {
      return null;
    }
    String scheme = value.toLowerCase(Locale.ROOT);
    return scheme.equals("https") || scheme.equals("http") ? scheme : null;
  }

  private static @Nullable String authority(@Nullable String value) {
    return value != null && AUTHORITY.matcher(value).matches() ? value : null;
  }

  private static String unquote(String value) {
    return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1)
        : value;
  }

  private static String withoutPort(String address) {
    if (address.startsWith("[")) {
      int end = address.indexOf(']');
      return end < 0 ? address : address.substring(1, end);
    }
    int colon = address.indexOf(':');
    boolean oneColon = colon >= 0 && address.indexOf(':', colon + 1) < 0;
    return oneColon ? address.substring(0, colon) : address;
  }
}
