// SPDX-License-Identifier: Apache-2.0
package dev.flyball.testkit.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Ways to write a path that some hop may read otherwise than the next. */
public final class PathTricks {

  private PathTricks() {}

  /**
   * The ways to write one path.
   *
   * @param path begins with a slash and does not end with one
   * @return paths that mean the same to somebody
   */
  public static List<String> of(String path) {
    int last = path.lastIndexOf('/');
    int second = Math.max(0, path.indexOf('/', 1));
    String head = path.substring(0, last);
    String tail = path.substring(last + 1);
    List<String> tricks = new ArrayList<>();
    tricks.add("/" + path);
    tricks.add(path.substring(0, second) + "/" + path.substring(second));
    tricks.add(head + "//" + tail);
    tricks.add(path + "/");
    tricks.add(path + ";a=b");
    tricks.add(path + "%3Ba=b");
    tricks.add(head + ";a=b/" + tail);
    tricks.add(head + "/./" + tail);
    tricks.add(head + "/x/../" + tail);
    tricks.add(head + "/%2e/" + tail);
    tricks.add(head + "/x/%2e%2e/" + tail);
    tricks.add(head + "/x/..%2f" + tail);
    tricks.add(head + "%2F" + tail);
    tricks.add(head + "%2f" + tail);
    tricks.add(head + "%5C" + tail);
    tricks.add(head + "/" + tail + "%5C..");
    tricks.add("/%" + Integer.toHexString(path.charAt(1)) + path.substring(2));
    tricks.add(path.toUpperCase(Locale.ROOT));
    tricks.add(path + ".json");
    tricks.add(path + "%00");
    tricks.add(path + "%0a");
    tricks.add(path + "%");
    tricks.add(path + "%zz");
    tricks.add(path + "%c0%af");
    tricks.add(path.substring(0, second) + "/open/.." + path.substring(second));
    return tricks;
  }
}
